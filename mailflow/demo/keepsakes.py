"""What the demo leaves: a digest and an agenda as mails, as pages, and the meeting's .ics."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mailflow.demo.script import Week
from mailflow.demo.servers import Letter

KINDS = ("digest", "agenda")


def keep(week: Week, letters: Sequence[Letter], out: Path) -> list[Path]:
    """Write the last digest and agenda of those in `week.keeps`; returns the files.

    Raises OSError where the folder cannot be written.
    """
    files = []
    for who in week.keeps:
        address = week.people[who].address
        for kind in KINDS:
            mine = [one for one in letters if (one.to, one.kind) == (address, kind)]
            files += _write(mine[-1], out / f"{kind}-{who}") if mine else []
    return files


def _write(letter: Letter, stem: Path) -> list[Path]:
    contents = {".eml": letter.raw, ".html": letter.body("html").encode()}
    for part in letter.mail.walk():
        if part.get_content_type() == "text/calendar":
            contents[".ics"] = str(part.get_content()).encode()
    files = []
    for suffix, content in contents.items():
        file = stem.with_suffix(suffix)
        file.write_bytes(content)
        files.append(file)
    return files
