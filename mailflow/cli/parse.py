"""`mailflow parse`: reads mails without any configuration or database."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from mailflow.cli.output import harmless, json_line, one_line
from mailflow.intake.files import files_of, read_mails
from mailflow.kinds_file import load_kinds
from mailflow.workflow.kinds import Kinds
from mailflow.workflow.refs import as_ref
from mailflow.workflow.requests import REQUESTS
from parsers import parse
from parsers.as_json import as_json

Shown = Callable[[str, bytes], bytes]
KEY = re.compile(r"[A-Z][A-Z0-9]*")
EPILOG = """\b
Examples:
  mailflow parse mail.eml
  mailflow parse --json archive/ old.mbox > mails.jsonl
  fetch-mail | mailflow parse --json -
  mailflow parse --explain mail.eml
      1  own          above the attribution           Fine with me.
      2  attribution  attribution “wrote” (en, ja)    On Mon, 23 Nov 2026, Ann wrote:
      3  quote        quote mark                      > Is it fixed?

Any mail gives status 0, however broken it is: its defects are told. A file that cannot be read
gives status 1, after all others were read."""


@click.command(epilog=EPILOG)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option(
    "--explain",
    "explained",
    is_flag=True,
    help="Say line by line what each was taken for and by which rule; with --json as JSON.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
def command(as_lines: bool, explained: bool, paths: tuple[str, ...]) -> None:
    """Read mails (files, folders, Maildirs, mboxes, - for standard input) and say what they are."""
    unread: list[OSError] = []
    out = sys.stdout.buffer
    shown = _explanation(as_lines) if explained else _contents(as_lines)
    for place, raw in _mails(paths, unread.append):
        out.write(shown(place, raw))
    out.flush()
    for error in unread:
        name = harmless(str(error.filename or "-"))
        click.echo(f"mailflow: {name}: {error.strerror or error}", err=True)
    sys.exit(1 if unread else 0)


def _contents(as_lines: bool) -> Shown:
    """What prints what is in a mail."""
    kinds = load_kinds(None)

    def shown(place: str, raw: bytes) -> bytes:
        found = as_json(parse(raw))
        found = {"path": place} | found | {"project": _project(found["tags"], kinds)}
        return json_line(found) if as_lines else _text(found).encode("utf-8", "replace")

    return shown


def _explanation(as_lines: bool) -> Shown:
    """What prints how a mail was read."""
    from mailflow.cli import explaining

    colours = sys.stdout.isatty()

    def shown(place: str, raw: bytes) -> bytes:
        if as_lines:
            return json_line(explaining.as_json(place, raw))
        return explaining.as_text(place, raw, colours=colours).encode("utf-8", "replace")

    return shown


def _mails(paths: Iterable[str], failed: Callable[[OSError], None]) -> Iterator[tuple[str, bytes]]:
    """All mails in the order given; what cannot be read is left out and told to `failed`."""
    for path in paths:
        if path == "-":
            yield from _standard_input()
            continue
        try:
            for file in files_of([path]):
                try:
                    yield from read_mails([file])
                except OSError as error:
                    failed(error)
        except OSError as error:
            failed(error)


def _standard_input() -> Iterator[tuple[str, bytes]]:
    """It may be an mbox of any size: kept in a file, not in memory."""
    with tempfile.NamedTemporaryFile(prefix="mailflow-") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.flush()
        for _, raw in read_mails([kept.name]):
            yield "-", raw


def _project(tags: Any, kinds: Kinds) -> str | None:
    """The first tag that can be a project's key, and is nothing else that we know."""
    for tag in tags:
        if KEY.fullmatch(tag) and not (kinds.by_tag(tag) or tag in REQUESTS or as_ref(tag)):
            return str(tag)
    return None


def _text(found: dict[str, Any]) -> str:
    """What a reader wants to know of a mail; empty fields are left out."""
    forwarded = found["forwarded"] or {}
    lines = {
        "": found["path"],
        "from": _who(found["from"]),
        "to": ", ".join(map(_who, found["to"])),
        "date": found["date"],
        "subject": found["subject"],
        "tags": " ".join(f"[{tag}]" for tag in found["tags"]),
        "record": found["record_ref"],
        "project": found["project"],
        "automatic": found["automatic"],
        "commands": ", ".join(f"/{c['name']} {c['argument']}".strip() for c in found["commands"]),
        "files": ", ".join(f"{a['filename']} ({a['size']})" for a in found["attachments"]),
        "forward of": _who(forwarded.get("from")),
        "defects": "; ".join(found["defects"]),
    }
    head = "".join(f"{name:<12}{one_line(value)}\n" for name, value in lines.items() if value)
    bodies = [found["reply_text"], forwarded.get("body")]
    texts = [_indented(harmless(text)) for text in bodies if text and text.strip()]
    return head.lstrip() + "".join(f"\n{text}\n" for text in texts) + "\n"


def _who(box: dict[str, str | None] | None) -> str:
    if not box:
        return ""
    name, address = box["name"], box["address"]
    return f"{name} <{address}>" if name and address else name or address or ""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())
