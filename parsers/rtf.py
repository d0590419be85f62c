"""The text of Outlook's compressed RTF (MS-OXRTFCP)."""

from __future__ import annotations

import re

from compressed_rtf import decompress
from striprtf.striprtf import font_table_group, rtf_to_text

# Both libraries go through it character by character; texts without pictures are far smaller.
_MAX_COMPRESSED = 300_000
_MAX_RTF = 1_000_000
_FONT = re.compile(r"\\f(\d{1,5})(?!\d)[^;{}]{0,100}?\\fcharset(\d{1,3})(?!\d)")
_FIELD = re.compile(r"\\field\{", re.IGNORECASE)


def rtf_text(compressed: bytes) -> str:
    """The plain text. Raises Exception of any kind where the octets are no such RTF."""
    if len(compressed) > _MAX_COMPRESSED:
        raise ValueError("too much RTF")
    rtf = decompress(compressed)[:_MAX_RTF].decode("latin-1")
    text: str = rtf_to_text(_harmless(rtf), errors="replace")  # type: ignore[no-untyped-call]
    return text.replace("\x00", "").strip()


def _harmless(rtf: str) -> str:
    """The same document without what takes the library quadratic time: its patterns for links
    and for fonts search to the end of a line, which RTF may break nearly anywhere."""
    fonts: str = font_table_group(rtf)  # type: ignore[no-untyped-call]
    table = "\n".join(f"{{\\f{n}\\fcharset{c} x;}}" for n, c in _FONT.findall(fonts))
    if fonts:
        rtf = rtf.replace(fonts, f"{{\\fonttbl\n{table}}}", 1)
    return _FIELD.sub("\\\\field\n{", rtf)
