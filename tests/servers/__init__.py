"""Real servers for tests: start, wait until ready, end. Each is a context manager."""
