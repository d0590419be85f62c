"""Requests: tagged mails that are answered or acted on and make no record."""

# A project's key may not be one of them.
TAGS = frozenset({"STATUS", "REPORT", "HELP", "CLIENT", "MEETING", "AGENDA", "START", "THANKS"})
