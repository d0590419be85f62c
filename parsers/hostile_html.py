"""Documents that no mail program writes, made to keep an HTML parser busy."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,20})|<!--")
# Elements that end by themselves: an open one says nothing about depth.
_SELF_ENDING = frozenset(
    {
        "p", "li", "td", "th", "tr", "br", "hr", "img", "input", "meta", "link", "option", "dt",
        "dd", "col", "area", "base", "wbr", "html", "head", "body",
    }
)  # fmt: skip
# The parsing that HTML prescribes takes quadratic time in the depth; no mail program nests so deep.
_MAX_DEPTH = 1_000
_LONG_TAG = 5_000


def takes_quadratic_time(html: str) -> bool:
    """Whether the document nests too deep or has a tag with too many attributes."""
    return _too_deep(html) or _too_many_attributes(html)


def _too_deep(html: str) -> bool:
    depth = 0
    for match in _TAG.finditer(html):
        name = (match[2] or "").lower()
        if not name or name in _SELF_ENDING:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        if depth > _MAX_DEPTH:
            return True
    return False


def _too_many_attributes(html: str) -> bool:
    """Whether a tag has thousands of attributes, which are compared pair by pair."""
    for chunk in html.split(">"):
        tag = chunk[chunk.find("<") :]
        if len(tag) > _LONG_TAG and tag[1:2].isalpha():
            words = len(tag.split())
            # Base64 of pictures comes in longer words.
            if words > 1_000 and len(tag) < 40 * words:
                return True
    return False
