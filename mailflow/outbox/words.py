"""Other people's words, made fit for our mails: cleaned, shortened, quoted, as safe HTML."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

from parsers.headers import clean

URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"'，。；：！？、（）“”]{1,2000}", re.IGNORECASE)
# Characters that change the direction of the text around them can make it say something else.
TURNING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
KEPT_CONTROLS = "\n\t"


def one_line(text: str, limit: int = 200) -> str:
    """Fit for a header or a table: one line, at most `limit` characters."""
    line = clean(text[: 4 * limit])
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def body(text: str) -> str:
    """Several lines, without control characters and without more than one empty line in a row."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(TURNING)
    kept = "".join(
        c if c in KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs") else " "
        for c in unified
    )
    lines: list[str] = []
    for line in (line.rstrip().expandtabs(4) for line in kept.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n")


def shortened(text: str, limit: int) -> tuple[str, bool]:
    """At most `limit` characters, and whether something was cut off."""
    if len(text) <= limit:
        return text, False
    return text[:limit].rstrip(), True


def quoted(text: str) -> str:
    """As plain mails quote: each line with "> " before it."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def as_html(text: str) -> Markup:
    """Escaped text whose line ends and indents show, with links only to http(s) and mailto."""
    out, last = [], 0
    for found in URL.finditer(text):
        address = found.group().rstrip(".,;:!?)]}*_")
        out += [escape(text[last : found.start()]), _link(address)]
        last = found.start() + len(address)
    out.append(escape(text[last:]))
    lines = str(Markup("").join(out)).split("\n")
    return Markup("<br>\n".join(_indented(line) for line in lines))  # noqa: S704 (escaped above)


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" class="link">{0}</a>').format(address)


def _indented(line: str) -> str:
    bare = line.lstrip(" ")
    return "&nbsp;" * (len(line) - len(bare)) + bare
