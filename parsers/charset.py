"""Bytes to text, whatever charset they declare or do not declare."""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import pairwise

from charset_normalizer import from_bytes

# Programs write the smaller name and mean its superset (the WHATWG encoding table does the same).
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "euc-cn": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode": "utf-16",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "default": "",
    "none": "",
    "binary": "",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
# Half of the text may be read wrongly without notice, so detection looks at this much of it.
_SAMPLE = 20_000


def decode(raw: bytes, declared: str | None) -> tuple[str, str | None]:
    """The text of these bytes, and what was wrong with their declaration (or None).

    Never fails: bytes that no charset explains become U+FFFD.
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw.decode(name, "replace"), None
    name = _python_name(declared)
    if name is None:
        text = _undeclared(raw)
        return text, f"unknown charset {declared[:40]!r}" if declared else None
    if name == "iso-2022-jp":
        return _iso_2022_jp(raw)
    if name == "ascii":
        return _plain_ascii(raw)
    if name == "cp1252":
        return _western(raw)
    return _strictly(raw, name)


def _python_name(declared: str | None) -> str | None:
    match = _NAME.search(declared or "")
    if not match:
        return None
    name = match.group().lower()
    name = _SUPERSETS.get(name, name)
    try:
        info = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    if info is None or not getattr(info, "_is_text_encoding", True) or info.name == "idna":
        return None
    return info.name if name == "utf-7" else name


def _strictly(raw: bytes, name: str) -> tuple[str, str | None]:
    try:
        return raw.decode(name), None
    except (UnicodeError, ValueError):
        pass
    text = raw.decode(name, "replace")
    # A few broken characters (a cut, a wrong byte) are no reason to doubt the declaration.
    if text.count("\ufffd") * 10 <= sum(b > 127 for b in raw):
        return text, f"bytes that are not {name}"
    return detect(raw), f"text is not {name}"


def _plain_ascii(raw: bytes) -> tuple[str, str | None]:
    if raw.isascii():
        return raw.decode("ascii"), None
    return detect(raw), "text is not us-ascii"


def _western(raw: bytes) -> tuple[str, str | None]:
    """Latin-1 is what programs declare when they do not know."""
    if raw.isascii():
        return raw.decode("ascii"), None
    try:
        return raw.decode("utf-8"), "text is utf-8, not iso-8859-1"
    except UnicodeDecodeError:
        pass
    chinese = _east_asian(raw)
    if chinese is not None:
        return chinese, "text is not iso-8859-1"
    return raw.decode("cp1252", "replace"), None


def _iso_2022_jp(raw: bytes) -> tuple[str, str | None]:
    try:
        return raw.decode("iso-2022-jp"), None
    except UnicodeError:
        pass
    # Vendors' row 13 (circled digits) is in JIS X 0213 under the escape ESC $ ( Q.
    try:
        return raw.replace(b"\x1b$B", b"\x1b$(Q").decode("iso2022_jp_2004"), None
    except UnicodeError:
        return raw.decode("iso-2022-jp", "replace"), "bytes that are not iso-2022-jp"


def _undeclared(raw: bytes) -> str:
    if raw.isascii() and b"\x1b$B" not in raw:
        return raw.decode("ascii")
    if b"\x1b$B" in raw or b"\x1b(J" in raw:
        return _iso_2022_jp(raw)[0]
    return detect(raw)


def detect(raw: bytes) -> str:
    """The text of bytes whose charset nobody says."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(raw) - 4:
            return raw.decode("utf-8", "replace")
    eastern = _east_asian(raw)
    if eastern is not None:
        return eastern
    best = from_bytes(raw[:_SAMPLE]).best()
    return raw.decode(best.encoding if best else "cp1252", "replace")


def _east_asian(raw: bytes) -> str | None:
    """The text if the bytes are double-byte Chinese (or Korean) through and through.

    The charset detector needs more text than a short mail has.
    """
    high = [b for b in raw[:_SAMPLE] if b > 127]
    if len(high) < 4 or _single_high(raw[:_SAMPLE]):
        return None
    candidates = [(_plausible(raw, name), name) for name in ("gb18030", "cp950", "cp949", "cp932")]
    score, name = max(candidates, key=lambda c: c[0])
    return raw.decode(name, "replace") if score > 0.8 else None


def _single_high(sample: bytes) -> bool:
    """Whether high bytes mostly stand alone between ASCII letters, as accents do."""
    alone = sum(
        a < 128 <= b and c < 64 for a, b, c in zip(sample, sample[1:], sample[2:], strict=False)
    )
    starts = sum(a < 128 <= b for a, b in pairwise(b" " + sample))
    return alone * 3 > starts


def _plausible(raw: bytes, name: str) -> float:
    """How much of the text is what people write in that charset, 0 to 1."""
    try:
        text = raw[:_SAMPLE].decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(raw[:_SAMPLE]) - 4:
            return 0.0
        text = raw[: error.start].decode(name, "replace")
    wide = [c for c in text if ord(c) > 127]
    if not wide:
        return 0.0
    return sum(_weight(c, name) for c in wide) / len(wide)


def _weight(char: str, name: str) -> float:
    if char in "，。：；！？、“”‘’（）【】《》…—　・「」":
        return 1.0
    if name == "cp949" and "\uac00" <= char <= "\ud7a3":
        return 1.0
    if name == "cp932" and "\u3041" <= char <= "\u30ff":
        return 1.0
    if not "\u4e00" <= char <= "\u9fff":
        return 0.3 if unicodedata.category(char)[0] in "PN" else 0.0
    if name in ("cp949", "cp932"):
        return 0.6
    # The first planes of GB 2312 and Big5 hold the frequent characters.
    first = char.encode(name)[0]
    frequent = 0xB0 <= first <= 0xD7 if name == "gb18030" else 0xA4 <= first <= 0xC6
    return 1.0 if frequent else 0.5
