"""Our own check of a mail's signatures, where the server that received it makes none."""
