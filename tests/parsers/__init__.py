"""Tests of the parsers: pure functions, with mails that the tests write themselves."""
