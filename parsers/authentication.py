"""Authentication-Results header fields (RFC 8601). What they are worth is decided elsewhere."""

from __future__ import annotations

import re

from .model import AuthenticationResults

# A value may hold signs of equality and quotes: `smtp.mailfrom="a;b"=c@example.org`.
_VALUE = r'(?:"(?:[^"\\]|\\.)*"|[^\s;"])+'
_FIRST = re.compile(_VALUE)
_PAIR = re.compile(rf'(?<![^\s;"])([^\s;="]+)\s*=\s*({_VALUE})')
_MAX = 10_000
# Which property names the domain, the best first, by method.
_PROPERTIES = {
    "dmarc": ("header.from",),
    "spf": ("smtp.mailfrom", "smtp.mfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
}
_DEFAULT = ("header.from", "header.d", "smtp.mailfrom", "header.i", "smtp.helo")


def read_authentication(value: str) -> AuthenticationResults:
    """One field's value; what it does not follow of the RFC is skipped."""
    sections = _sections(_without_comments(value[:_MAX]))
    server = _FIRST.search(sections[0])
    results: dict[str, list[tuple[str, str]]] = {}
    for section in sections[1:]:
        found = _result(section)
        if found:
            method, verdict, domain = found
            results.setdefault(method, []).append((verdict, domain))
    name = _unquoted(server[0]).lower() if server else ""
    return AuthenticationResults(name, {m: tuple(r) for m, r in results.items()})


def _without_comments(value: str) -> str:
    """The value without its comments, which nest; parentheses in quotes are none."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
            kept.append(" ")
            continue
        elif char == ")" and not quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)


def _sections(value: str) -> list[str]:
    """What stands between semicolons outside of quotes."""
    sections: list[str] = []
    quoted = escaped = False
    start = 0
    for position, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            sections.append(value[start:position])
            start = position + 1
    return [*sections, value[start:]]


def _unquoted(token: str) -> str:
    if len(token) > 1 and token[0] == token[-1] == '"':
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def _result(section: str) -> tuple[str, str, str] | None:
    """`dkim = pass reason="…" header.d = example.org` → (dkim, pass, example.org)."""
    pairs = [(name.lower(), _unquoted(value)) for name, value in _PAIR.findall(section)]
    if not pairs:
        return None
    method = pairs[0][0].partition("/")[0].strip()
    verdict = pairs[0][1].lower()
    properties = dict(reversed(pairs[1:]))
    for name in _PROPERTIES.get(method, _DEFAULT):
        if name in properties:
            return method, verdict, _domain(properties[name])
    return method, verdict, ""


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>. ").lower()
