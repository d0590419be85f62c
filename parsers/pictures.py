"""Where pictures stand in a text: `[image: chart.png]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

_BEGIN = "[image: "
# A line with one picture stays as short as the lines of a signature are.
_MAX_NAME = 50
_MAX_LINK = 500
# Blank to whoever looks for the end of a text, but no end of it.
_UNSEEN = "\x1f"


class _Unseen(str):
    """A line that holds nothing but pictures, while a signature is looked for."""

    __slots__ = ("line",)
    line: str


def mark(name: str | None) -> str:
    """What stands in the text for a picture of that file name."""
    return f"{_BEGIN}{name[:_MAX_NAME]}]" if name else "[image]"


def linked_picture(image: Mapping[str, str | None], pictures: Mapping[str, str]) -> str:
    """What stands for an HTML image with these attributes: nothing unless its `cid:` link names
    one of the pictures, nor for those that nobody sees."""
    source = (image.get("src") or "").strip()
    if source[:4].lower() != "cid:" or len(source) > _MAX_LINK:
        return ""
    sides = (image.get("width"), image.get("height"))
    if any((side or "").strip().removesuffix("px") in ("0", "1") for side in sides):
        return ""
    shown = pictures.get(source[4:]) or pictures.get(unquote(source[4:]))
    return f" {shown} " if shown else ""


def without_pictures(lines: Sequence[str]) -> list[str]:
    """The lines, those of pictures alone as if they were blank: logos end no signature."""
    return [_unseen(line) if _is_pictures(line) else line for line in lines]


def with_pictures(lines: Sequence[str]) -> list[str]:
    """The reverse of `without_pictures`, of those lines that are left."""
    return [line.line if isinstance(line, _Unseen) else line for line in lines]


def _is_pictures(line: str) -> bool:
    rest = line.strip()
    if not rest.startswith("[image"):
        return False
    pieces = [piece.strip() for piece in rest.split("]")]
    return not pieces.pop() and all(p == "[image" or p.startswith(_BEGIN) for p in pieces)


def _unseen(line: str) -> str:
    found = _Unseen(_UNSEEN)
    found.line = line
    return found
