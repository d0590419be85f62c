"""Which phrase of the catalogues, in which languages, made a rule fit: for explanations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .blocks import Block, label_of
from .signature import BANNER, CLOSING, MOBILE_LINE, NOTICE
from .split import Boundary
from .words import CATALOGUES, fold, squeeze

# rule → the lists of the catalogues that its phrases are in
_LISTS = {
    BANNER: ("banners",),
    MOBILE_LINE: ("mobile",),
    NOTICE: ("disclaimers", "footers"),
    CLOSING: ("closings",),
}
_MARGIN = " \t>*_-–—=~#+(<[•·\"'«\ufeff\u200b"
_MOST_LANGUAGES = 3
_LONGEST = 500


@cache
def _phrases(section: str, name: str) -> dict[str, str]:
    """Of each phrase, squeezed, how it is cited: `“best regards” (en)`. The longest first."""
    spelled: dict[str, str] = {}
    codes: dict[str, list[str]] = {}
    for code, catalogue in CATALOGUES.items():
        for phrase in catalogue.get(section, {}).get(name, ()):
            key = squeeze(phrase)
            spelled.setdefault(key, fold(phrase))
            codes.setdefault(key, []).append(code)
    order = sorted(spelled, key=len, reverse=True)
    return {key: f"“{spelled[key]}” ({_listed(codes[key])})" for key in order}


def cited(text: str, section: str, *names: str, anywhere: bool = False) -> str:
    """The phrase of these lists that the text begins with (or holds), with a space before it;
    "" where none does."""
    squeezed = squeeze(text[:_LONGEST].lstrip(_MARGIN))
    for name in names:
        for phrase, found in _phrases(section, name).items():
            if squeezed.startswith(phrase) or (anywhere and phrase in squeezed):
                return f" {found}"
    return ""


def _listed(codes: Iterable[str]) -> str:
    known = list(dict.fromkeys(codes))
    more = ", …" if len(known) > _MOST_LANGUAGES else ""
    return ", ".join(known[:_MOST_LANGUAGES]) + more


def rule_evidence(rule: str, line: str) -> str:
    """The rule by which the line was left out, with the phrase that made it fit."""
    return rule + cited(line, "text", *_LISTS.get(rule, ()))


def label_evidence(block: Block, line: str) -> str:
    """Why the line is one of the block."""
    if not block.known:
        return "shape of header lines, in no known language"
    hit = label_of(line)
    if hit is None:
        return "continues a header line"
    label = hit[0]
    codes = [code for code in block.languages if code in label.languages] or label.languages
    return f"label of `{label.kind}` ({_listed(codes)})"


def evidence_of(boundary: Boundary) -> str:
    """By what the boundary was found."""
    line = boundary.lines[boundary.start]
    found = boundary.attribution
    if boundary.sort == "wrote" and found is not None:
        if found.values:
            return "attribution, by a row of the table of programs"
        return "attribution" + cited(found.text, "lines", "wrote", anywhere=True)
    if boundary.sort == "header":
        return "separator in no known language, above header lines"
    return f"separator{cited(line, 'lines', boundary.sort)}"


def title_of(boundary: Boundary) -> str:
    """What the boundary is called where lines are said to be above or below it."""
    if boundary.sort == "wrote":
        return "the attribution"
    block = boundary.block
    bare = boundary.sort == "header" and block is not None and block.start == boundary.start
    return "the header lines" if bare else "the separator"
