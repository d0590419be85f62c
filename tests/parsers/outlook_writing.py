"""Writes the containers of Outlook: TNEF streams (MS-OXTNEF), `.msg` files (MS-OXMSG, MS-CFB);
and mails around them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

from .writing import SALES

Value = str | bytes | int | datetime
Tree = dict[str, "bytes | Tree"]

TEXT, BINARY, OBJECT, LONG, TIME = 0x001F, 0x0102, 0x000D, 0x0003, 0x0040
EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
SIGNATURE = 0x223E9F78


def filetime(moment: datetime) -> int:
    return round((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)


def typed(value: Value) -> tuple[int, bytes]:
    """The type of a property and its octets."""
    if isinstance(value, str):
        return TEXT, value.encode("utf-16-le")
    if isinstance(value, bytes):
        return BINARY, value
    if isinstance(value, datetime):
        return TIME, struct.pack("<q", filetime(value))
    return LONG, struct.pack("<i", value)


# -- TNEF


def tnef_properties(properties: Mapping[int, Value]) -> bytes:
    """As TNEF holds them; 0x3701 is an object where its octets are a message."""
    out = struct.pack("<I", len(properties) + 1)
    # A named property, as every mail of Outlook has some.
    name = "Keywords\0".encode("utf-16-le")
    out += struct.pack("<HH", LONG, 0x8001) + bytes(16) + struct.pack("<II", 1, len(name))
    out += name + bytes(-len(name) % 4) + struct.pack("<i", 7)
    for tag, value in properties.items():
        kind, octets = typed(value)
        if tag == 0x3701 and octets.startswith(EMBEDDED):
            kind = OBJECT
        if kind == TEXT:
            octets += b"\0\0"
        out += struct.pack("<HH", kind, tag)
        if kind in (TEXT, BINARY, OBJECT):
            out += struct.pack("<II", 1, len(octets)) + octets + bytes(-len(octets) % 4)
        else:
            out += octets
    return out


def attribute(level: int, name: int, content: bytes) -> bytes:
    head = struct.pack("<BHHI", level, name, 6, len(content))
    return head + content + struct.pack("<H", sum(content) & 0xFFFF)


def tnef(
    properties: Mapping[int, Value],
    files: Iterable[tuple[str, bytes]] = (),
    more: bytes = b"",
    code_page: int = 1252,
) -> bytes:
    """A winmail.dat with these properties of the message and these files."""
    out = struct.pack("<IH", SIGNATURE, 1)
    out += attribute(1, 0x9006, struct.pack("<I", 0x10000))
    out += attribute(1, 0x9007, struct.pack("<II", code_page, 0))
    out += attribute(1, 0x9003, tnef_properties(properties))
    for name, content in files:
        out += attribute(2, 0x9002, bytes(14))
        out += attribute(2, 0x8010, name.encode("ascii", "replace")[:12] + b"\0")
        out += attribute(2, 0x800F, content)
        out += attribute(2, 0x9005, tnef_properties({0x3707: name, 0x3712: f"{name}@cid"}))
    return out + more


def tnef_message(inner: bytes) -> bytes:
    """An attached message, inside a TNEF stream."""
    out = attribute(2, 0x9002, bytes(14))
    return out + attribute(2, 0x9005, tnef_properties({0x3701: EMBEDDED + inner}))


# -- .msg


def msg_tree(
    properties: Mapping[int, Value],
    recipients: Iterable[Mapping[int, Value]] = (),
    files: Iterable[tuple[Mapping[int, Value], Tree | None]] = (),
    *,
    inner: bool = False,
) -> Tree:
    """The storages and streams of a message; a file may be a message itself."""
    tree = _storage(properties, 24 if inner else 32)
    for index, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{index:08X}"] = _storage(recipient, 8)
    for index, (about, message) in enumerate(files):
        storage = _storage(about, 8)
        if message is not None:
            storage["__substg1.0_3701000D"] = message
        tree[f"__attach_version1.0_#{index:08X}"] = storage
    return tree


def _storage(properties: Mapping[int, Value], head: int) -> Tree:
    tree: Tree = {}
    fixed = bytes(head)
    for tag, value in properties.items():
        kind, octets = typed(value)
        fixed += struct.pack("<HHI", kind, tag, 6)
        if kind in (TEXT, BINARY):
            tree[f"__substg1.0_{tag:04X}{kind:04X}"] = octets
            fixed += struct.pack("<II", len(octets), 0)
        else:
            fixed += octets.ljust(8, b"\0")
    tree["__properties_version1.0"] = fixed
    return tree


SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


class _Sectors:
    """Sectors of one size and the chains through them."""

    def __init__(self, size: int) -> None:
        self.size, self.data, self.table = size, b"", list[int]()

    def add(self, content: bytes) -> int:
        if not content:
            return END
        first = len(self.table)
        count = -(-len(content) // self.size)
        self.table += [*range(first + 1, first + count), END]
        self.data += content.ljust(count * self.size, b"\0")
        return first


def compound_file(tree: Tree) -> bytes:
    """The tree as a compound file (version 3), small streams in the mini stream."""
    big, mini = _Sectors(SECTOR), _Sectors(MINI)
    entries: list[list[object]] = []
    _add_entry(entries, "Root Entry", tree, big, mini)
    entries[0][4:6] = [big.add(mini.data), len(mini.data)]
    mini_fat = struct.pack(f"<{len(mini.table)}I", *mini.table)
    mini_count = -(-len(mini_fat) // SECTOR)
    mini_at = big.add(mini_fat.ljust(mini_count * SECTOR, b"\xff"))
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    while len(directory) % SECTOR:
        directory += bytes(68) + struct.pack("<3I", NONE, NONE, NONE) + bytes(48)
    directory_at = big.add(directory)
    fat_count = 1
    while (len(big.table) + fat_count) * 4 > fat_count * SECTOR:
        fat_count += 1
    first_fat = len(big.table)
    table = [*big.table, *[FAT_SECTOR] * fat_count]
    fat = b"".join(struct.pack("<I", entry) for entry in table).ljust(fat_count * SECTOR, b"\xff")
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<4I", 0, fat_count, directory_at, 0)
    head += struct.pack("<5I", CUTOFF, mini_at, mini_count, END, 0)
    fats = [first_fat + n for n in range(fat_count)]
    head += struct.pack("<109I", *fats, *[FREE] * (109 - fat_count))
    return head + big.data + fat


def _add_entry(
    entries: list[list[object]], name: str, node: bytes | Tree, big: _Sectors, mini: _Sectors
) -> int:
    """Name, kind, right, child, first sector, size. The entries of a storage form a list."""
    number = len(entries)
    if isinstance(node, bytes):
        where = mini if len(node) < CUTOFF else big
        entries.append([name, 2, NONE, NONE, where.add(node), len(node)])
        return number
    entries.append([name, 1 if number else 5, NONE, NONE, 0, 0])
    previous = None
    for key in sorted(node, key=lambda k: (len(k), k.upper())):
        child = _add_entry(entries, key, node[key], big, mini)
        if previous is None:
            entries[number][3] = child
        else:
            entries[previous][2] = child
        previous = child
    return number


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    head = wide.ljust(64, b"\0") + struct.pack("<HBB", len(wide), kind, 1)
    return (
        head + struct.pack("<3I", NONE, right, child) + bytes(36) + struct.pack("<IQ", first, size)
    )


def msg(
    properties: Mapping[int, Value],
    recipients: Iterable[Mapping[int, Value]] = (),
    files: Iterable[tuple[Mapping[int, Value], Tree | None]] = (),
) -> bytes:
    """A `.msg` file."""
    return compound_file(msg_tree(properties, recipients, files))


# -- mails around them


def with_file(content: bytes, kind: str, name: str | None, text: str = "", **fields: str) -> bytes:
    """A mail with this file beside this text."""
    message = EmailMessage()
    message["From"] = fields.pop("From", SALES)
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0800"
    message["Message-ID"] = "<one@acme.example>"
    for field, value in fields.items():
        message[field] = value
    if text:
        message.set_content(text)
    main, _, sub = kind.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def winmail(content: bytes, text: str = "") -> bytes:
    return with_file(content, "application/ms-tnef", "winmail.dat", text)
