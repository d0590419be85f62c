from __future__ import annotations

import pytest

from mailflow.intake.header import HEADER_LIMIT, header_of


@pytest.mark.parametrize(
    ("raw", "header"),
    [
        (b"A: b\r\nC: d\r\n\r\nbody\r\n\r\nmore", b"A: b\r\nC: d\r\n\r\n"),
        (b"A: b\n\nbody", b"A: b\n\n"),
        (b"A: b\r\n", b"A: b\r\n"),
        (b"", b""),
    ],
)
def test_ends_with_the_empty_line(raw: bytes, header: bytes) -> None:
    assert header_of(raw) == header


def test_is_bounded() -> None:
    assert header_of(b"A: b\r\n" * HEADER_LIMIT) == (b"A: b\r\n" * HEADER_LIMIT)[:HEADER_LIMIT]
