"""TNEF, the `winmail.dat` of Outlook and Exchange (MS-OXTNEF).

tnefparse, the one library for it, has had no release since 2021, keeps the padding in attached
files and loops four thousand million times where a count says so.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .mapi import File, Item, Properties, Tag, Value

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MESSAGE_LEVEL = 1
_BODY = 0x800C
_CONTENT = 0x800F
_TITLE = 0x8010
_FILE_BEGINS = 0x9002
_PROPERTIES = 0x9003
_RECIPIENTS = 0x9004
_FILE_PROPERTIES = 0x9005
_CODE_PAGE = 0x9007

# Octets that a value of a fixed length takes, padding included, by its type.
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_OBJECT = 0x000D
_NARROW, _WIDE, _BINARY = 0x001E, 0x001F, 0x0102
_VARIABLE = frozenset({_OBJECT, _NARROW, _WIDE, _BINARY})
_MULTIPLE = 0x1000
_FIRST_NAMED = 0x8000
_IDENTIFIER = 16
_MAX_DEPTH = 4


@dataclass
class _Cursor:
    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise ValueError("TNEF is cut off")
        self.at += count
        return found

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    @property
    def left(self) -> int:
        return len(self.data) - self.at


def read_tnef(data: bytes, depth: int = 0) -> Item:
    """The message in it. Raises ValueError where the octets are no TNEF or are cut off."""
    if data[:4] != _SIGNATURE or depth > _MAX_DEPTH:
        raise ValueError("no TNEF")
    item = Item()
    files: list[File] = []
    for level, name, content in _attributes(_Cursor(data, 6)):
        if level == _MESSAGE_LEVEL:
            _add_to_message(item, name, content)
        elif name == _FILE_BEGINS:
            files.append(File({}))
        elif files:
            _add_to_file(files[-1], name, content, depth)
    item.files = files
    page = item.properties.get(Tag.CODE_PAGE)
    item.code_page = item.code_page or (page if isinstance(page, int) else 0)
    return item


def _attributes(cursor: _Cursor) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and content of each attribute; the sums at their ends are not looked at."""
    while cursor.left > 9:
        level, name, _, length = struct.unpack("<BHHI", cursor.take(9))
        yield level, name, cursor.take(length)
        cursor.take(min(2, cursor.left))


def _add_to_message(item: Item, name: int, content: bytes) -> None:
    if name == _PROPERTIES:
        item.properties = {**item.properties, **_properties(_Cursor(content))}
    elif name == _BODY:
        item.properties = {Tag.BODY: content.rstrip(b"\x00"), **item.properties}
    elif name == _CODE_PAGE and len(content) >= 4:
        item.code_page = int.from_bytes(content[:4], "little")
    elif name == _RECIPIENTS:
        cursor = _Cursor(content)
        rows = min(cursor.number(), cursor.left // 4)
        item.recipients = [_properties(cursor) for _ in range(rows)]


def _add_to_file(file: File, name: int, content: bytes, depth: int) -> None:
    if name == _TITLE:
        file.properties = {Tag.FILE_NAME: content.rstrip(b"\x00"), **file.properties}
    elif name == _CONTENT:
        file.content = content
    elif name == _FILE_PROPERTIES:
        found = _properties(_Cursor(content))
        file.properties = {**file.properties, **found}
        inner = found.get(Tag.CONTENT)
        if isinstance(inner, bytes) and inner[_IDENTIFIER:].startswith(_SIGNATURE):
            file.item = read_tnef(inner[_IDENTIFIER:], depth + 1)
        elif isinstance(inner, bytes) and not file.content:
            file.content = inner


def _properties(cursor: _Cursor) -> Properties:
    found: dict[int, Value] = {}
    # A property takes eight octets at least, so a false count ends with them.
    for _ in range(min(cursor.number(), cursor.left // 4)):
        kind, identifier = struct.unpack("<HH", cursor.take(4))
        if identifier >= _FIRST_NAMED:
            _skip_name(cursor)
        values = _values(cursor, kind)
        if values and identifier < _FIRST_NAMED:
            found[identifier] = values[0]
    return found


def _skip_name(cursor: _Cursor) -> None:
    cursor.take(_IDENTIFIER)
    if cursor.number() == 0:
        cursor.take(4)
    else:
        cursor.take(_padded(cursor.number()))


def _values(cursor: _Cursor, kind: int) -> list[Value]:
    simple = kind & ~_MULTIPLE
    if simple not in _VARIABLE and simple not in _FIXED:
        raise ValueError("unknown type of a TNEF property")
    count = cursor.number() if kind & _MULTIPLE or simple in _VARIABLE else 1
    if count > cursor.left // 4:
        raise ValueError("TNEF is cut off")
    return [_value(cursor, simple) for _ in range(count)]


def _value(cursor: _Cursor, kind: int) -> Value:
    if kind in _FIXED:
        content = cursor.take(_FIXED[kind])
        return int.from_bytes(content[:2] if kind in (2, 0x0B) else content, "little")
    length = cursor.number()
    content = cursor.take(length)
    cursor.take(min(_padded(length) - length, cursor.left))
    if kind == _WIDE:
        return content.decode("utf-16-le", "replace").rstrip("\x00")
    return content.rstrip(b"\x00") if kind == _NARROW else content


def _padded(length: int) -> int:
    return length + -length % 4
