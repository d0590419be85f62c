"""Outlook's `.msg` files (MS-OXMSG): properties in the streams of a compound file.

extract-msg reads them too, but is GPL; msg_parser and outlook_msg have had no release since 2019.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

from olefile import OleFileIO

from .mapi import File, Item, Properties, Tag, Value

_FIXED_STREAM = "__properties_version1.0"
_STREAM = "__substg1.0_"
_RECIPIENT = "__recip_version1.0_"
_FILE = "__attach_version1.0_"
_EMBEDDED = f"{_STREAM}{Tag.CONTENT:04X}000D"
_TAGS = frozenset(Tag)
_NUMBERS = {0x0003: "<i", 0x0040: "<q"}
_NARROW, _WIDE, _BINARY = 0x001E, 0x001F, 0x0102
# Octets before the fixed properties: of the file's own message, of one inside it, of other parts.
_OUTER, _INNER, _PART = 32, 24, 8
_MAX_DEPTH = 4
_MAX_ENTRIES = 10_000

Path = tuple[str, ...]


def read_msg(data: bytes) -> Item:
    """The message in it. Raises ValueError, OSError and what else olefile does."""
    with OleFileIO(BytesIO(data)) as ole:
        entries = ole.listdir()
        if len(entries) > _MAX_ENTRIES:
            raise ValueError("too many streams")
        children: dict[Path, dict[str, None]] = {}
        for entry in entries:
            for depth in range(len(entry)):
                children.setdefault(tuple(entry[:depth]), {})[entry[depth]] = None
        return _Reader(ole, children, budget=len(data)).item((), 0)


@dataclass
class _Reader:
    """`budget` is how many octets may still be read: streams of a hostile file overlap."""

    ole: OleFileIO
    children: dict[Path, dict[str, None]]
    budget: int

    def item(self, path: Path, depth: int) -> Item:
        """The message in that storage."""
        item = Item(self._properties(path, _INNER if depth else _OUTER))
        page = item.properties.get(Tag.CODE_PAGE) or item.properties.get(Tag.TEXT_CODE_PAGE)
        item.code_page = page if isinstance(page, int) and page > 0 else 0
        for name in self.children.get(path, ()):
            if name.startswith(_RECIPIENT):
                item.recipients.append(self._properties((*path, name), _PART))
            elif name.startswith(_FILE):
                item.files.append(self._file((*path, name), depth))
        return item

    def _file(self, path: Path, depth: int) -> File:
        properties = self._properties(path, _PART)
        if _EMBEDDED in self.children.get(path, ()) and (*path, _EMBEDDED) in self.children:
            if depth >= _MAX_DEPTH:
                return File(properties)
            return File(properties, item=self.item((*path, _EMBEDDED), depth + 1))
        content = properties.get(Tag.CONTENT)
        return File(properties, content if isinstance(content, bytes) else b"")

    def _properties(self, path: Path, start: int) -> Properties:
        names = self.children.get(path, {})
        found: dict[int, Value] = {}
        if _FIXED_STREAM in names:
            found.update(_fixed(self._read((*path, _FIXED_STREAM))[start:]))
        for name in names:
            tag, kind = _tag_of(name)
            if tag in _TAGS and kind in (_NARROW, _WIDE, _BINARY):
                found[tag] = _value(self._read((*path, name)), kind)
        return found

    def _read(self, path: Path) -> bytes:
        self.budget -= self.ole.get_size(list(path))
        if self.budget < 0:
            raise ValueError("streams are larger than their file")
        with self.ole.openstream(list(path)) as stream:
            return bytes(stream.read())


def _tag_of(name: str) -> tuple[int, int]:
    """`__substg1.0_0037001F` → 0x0037, 0x001F."""
    digits = name.removeprefix(_STREAM)
    if len(digits) != 8 or len(name) != len(_STREAM) + 8:
        return 0, 0
    try:
        return int(digits[:4], 16), int(digits[4:], 16)
    except ValueError:
        return 0, 0


def _fixed(data: bytes) -> dict[int, Value]:
    found: dict[int, Value] = {}
    for at in range(0, len(data) - 15, 16):
        kind, tag = struct.unpack_from("<HH", data, at)
        if kind in _NUMBERS and tag in _TAGS:
            found[tag] = struct.unpack_from(_NUMBERS[kind], data, at + 8)[0]
    return found


def _value(content: bytes, kind: int) -> Value:
    if kind == _WIDE:
        return content.decode("utf-16-le", "replace").rstrip("\x00")
    return content.rstrip(b"\x00") if kind == _NARROW else content
