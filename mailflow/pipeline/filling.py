"""What a mail says of the fields of a record, and what it says beside."""

from __future__ import annotations

from mailflow.pipeline.work import Work
from mailflow.workflow.fields import find, read, taken_out
from mailflow.workflow.kinds import Kind


def given(work: Work, kind: Kind) -> dict[str, str]:
    """The values, by the fields' names; those of a form stand between its quoted lines, too."""
    own, _ = taken_out(kind.fields, work.note(word_is_text=False))
    return own | read(kind.fields, work.form)


def beside(work: Work, kind: Kind, text: str) -> str:
    """A text of the mail without the lines that give values."""
    _, rest = taken_out(kind.fields, text)
    parts = {part for one in work.form for part in one.value.split("\n")}
    if not parts:
        return rest
    kept = (line for line in rest.splitlines() if not _is_of_form(line, kind, parts))
    return "\n".join(kept).strip()


def _is_of_form(line: str, kind: Kind, parts: set[str]) -> bool:
    """Whether it is a value, or a line that was left empty."""
    bare = line.strip(" \t>*_")
    label = bare.rstrip(":：")
    return bare in parts or (label != bare and find(kind.fields, label) is not None)
