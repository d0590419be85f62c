"""Blocks of header lines inside of text: `From: …`, `发送时间: …`, in any order and language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .headers import clean
from .moments import sent_date
from .words import LABELS, Label, squeeze

# A label has no more than 30 characters before its colon; emphasis marks may surround it.
_LABEL = re.compile(
    r"^[\s*_|>\ufeff]{0,20}([^\W\d][^:：<>@\n]{0,30}?)[\s*_]{0,5}[:：][\s*_]{0,5}(.*)$"
)
_INNER = re.compile(r"(?:(?<=\s)|(?<=>))([^\W\d][\w.’' -]{0,20}?)\s?[:：](?=\s|$)")
_MAX_LINES = 60
_MAX_VALUE = 4_000


@dataclass(frozen=True, slots=True)
class Block:
    """Header lines `start` to `end` (exclusive) of a text, by kind (from, date, to …).

    `known` is false where the labels are of no language we know and the kinds were seen from the
    values.
    """

    start: int
    end: int
    values: dict[str, str]
    languages: tuple[str, ...]
    known: bool = True


def label_of(line: str) -> tuple[Label, str] | None:
    """The label at the line's start and what follows its colon."""
    if ":" not in line and "：" not in line:
        return None
    match = _LABEL.match(line[:_MAX_VALUE])
    if match is None:
        return None
    label = LABELS.get(squeeze(match[1]))
    return (label, match[2].strip()) if label else None


def read_block(lines: Sequence[str], start: int) -> Block | None:
    """The block that begins at that line, if one does."""
    if start >= len(lines) or (":" not in lines[start] and "：" not in lines[start]):
        return None
    first = label_of(lines[start])
    if first is None or first[0].kind == "other":
        return _block_by_shape(lines, start)
    reader = _Reader(lines, start)
    reader.run()
    if not _is_header(reader.values):
        return None
    values = {k: clean(v) for k, v in reader.values.items()}
    return Block(start, reader.position, values, reader.languages())


class _Reader:
    """Reads label by label until a line belongs to the body."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self.lines = lines
        self.position = start
        self.limit = min(len(lines), start + _MAX_LINES)
        self.values: dict[str, str] = {}
        self.labels: list[Label] = []
        self.current = ""

    def run(self) -> None:
        while self.position < self.limit:
            line = self.lines[self.position]
            hit = label_of(line)
            if hit is not None:
                if not self._take(*hit):
                    return
                self.position += 1
            elif not line.strip():
                if not self._skip_blank():
                    return
            elif self._continues(line):
                self.values[self.current] += " " + line.strip()[:_MAX_VALUE]
                self.position += 1
            else:
                return

    def _take(self, label: Label, value: str) -> bool:
        if label.kind in self.values and label.kind != "other":
            return False
        self.labels.append(label)
        self.current = label.kind
        for kind, part in _several(label, value, self.labels):
            self.values[kind] = part
            self.current = kind
        return True

    def _skip_blank(self) -> bool:
        """One blank line inside of the block, where a label that is still missing follows it or
        where the value of the last label does (tables)."""
        following = self.position + 1
        if following >= self.limit or self._complete():
            return False
        if self.current and not self.values[self.current] and self.current in ("from", "date"):
            self.position = following
            return bool(self.lines[following].strip())
        hit = label_of(self.lines[following])
        if hit is None or hit[0].kind in self.values:
            return False
        self.position = following
        return True

    def _complete(self) -> bool:
        return {"from", "date", "subject"} <= self.values.keys()

    def _continues(self, line: str) -> bool:
        value = self.values[self.current]
        if self.current in ("from", "to", "cc", "bcc", "reply_to"):
            if value.endswith((",", ";", "<")) or line.lstrip().startswith(("<", "[mailto:")):
                return True
            if line[:1].isspace() and ("@" in line or ";" in line):
                return True
        elif not value and not self._complete():
            return True
        return not self._complete() and self._label_follows()

    def _label_follows(self) -> bool:
        for line in self.lines[self.position + 1 : min(self.position + 3, self.limit)]:
            hit = label_of(line)
            if hit is not None:
                return hit[0].kind not in self.values
        return False

    def languages(self) -> tuple[str, ...]:
        return _languages(self.labels)


def _languages(labels: Sequence[Label]) -> tuple[str, ...]:
    """The languages that most labels belong to, the best first.

    Programs mix English labels into others' (Gmail translates only its From), so a language
    beside English goes first.
    """
    counts: dict[str, int] = {}
    for label in labels:
        for code in label.languages:
            counts[code] = counts.get(code, 0) + 1
    only_english = all("en" in label.languages for label in labels)
    order = sorted(counts, key=lambda c: (c == "en" and not only_english, -counts[c]))
    if only_english:
        return ("en",)
    best = counts[order[0]]
    return tuple(c for c in order if counts[c] == best or c == "en")


def _several(label: Label, value: str, labels: list[Label]) -> list[tuple[str, str]]:
    """`From: a@b Date: …` on one line: every label with its part."""
    if label.kind == "subject" or (":" not in value and "：" not in value):
        return [(label.kind, value)]
    found = [(label.kind, value)]
    for match in _INNER.finditer(value):
        inner = _last_words(match[1])
        if inner is None or inner[0].kind in {k for k, _ in found}:
            continue
        inner_label, length = inner
        kind, text = found[-1]
        cut = len(text) - (len(value) - match.end(1)) - length
        rest = text[cut:].partition(":" if ":" in text[cut:] else "：")[2]
        found[-1] = (kind, text[:cut].strip())
        found.append((inner_label.kind, rest.strip()))
        labels.append(inner_label)
        if inner_label.kind == "subject":
            break
    return found


def _last_words(text: str) -> tuple[Label, int] | None:
    """The label that the text ends with (`bob@b Sent on` → Sent on), and its length."""
    words = text.split(" ")
    for first in range(len(words)):
        candidate = " ".join(words[first:])
        label = LABELS.get(squeeze(candidate))
        if label and label.kind != "other" and candidate[:1] != candidate[:1].lower():
            return label, len(candidate)
    return None


def _is_header(values: dict[str, str]) -> bool:
    """Whether these lines are a mail's header rather than somebody's list of facts."""
    people = any("@" in values.get(kind, "") for kind in ("from", "to", "cc", "reply_to"))
    kinds = values.keys() & {"from", "date", "to", "subject"}
    if "from" in kinds:
        return len(kinds) >= 2 and (people or "subject" in kinds)
    return people and len(kinds) >= 2 and "date" in kinds


def _is_mailbox(value: str) -> bool:
    return "<" in value or (" " not in value and value.count("@") == 1)


def _block_by_shape(lines: Sequence[str], start: int) -> Block | None:
    """Three or more lines `Word: value` of no known language, of which one is a mailbox and one
    is a date."""
    rows: list[str] = []
    for line in lines[start : start + 8]:
        match = _LABEL.match(line[:_MAX_VALUE])
        if match is None or len(match[1].split()) > 3:
            break
        rows.append(match[2].strip())
    if not 3 <= len(rows) <= 7:
        return None
    people = [r for r in rows if "@" in r]
    dates = [r for r in rows if "@" not in r and sent_date(r) is not None]
    others = [r for r in rows if r not in people and r not in dates and r]
    if not people or len(dates) != 1 or not others or not _is_mailbox(people[0]):
        return None
    values = {"from": people[0], "date": dates[0], "subject": others[-1]}
    if len(people) > 1:
        values["to"] = people[1]
    if len(people) > 2:
        values["cc"] = people[2]
    return Block(start, start + len(rows), {k: clean(v) for k, v in values.items()}, (), False)
