"""Tells what happened, in the terminal and for a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mailflow.demo.ledger import Tracked
from mailflow.demo.letters import Written
from mailflow.demo.play import Played
from mailflow.demo.script import Week, table
from mailflow.demo.servers import Letter

WIDEST = 100
INDENT = 9
LINES = {"agenda": 7, "digest": 7}
FEW_LINES = 3
STYLES = {"question": "yellow", "receipt": "green", "notice": "cyan"}
MAIL = "magenta"


class Story:
    """Prints as it goes; `write` leaves the same as plain text."""

    def __init__(self, week: Week) -> None:
        self._console = Console(record=True, highlight=False)
        on_screen = self._console.is_terminal
        self._console.width = min(self._console.width, WIDEST) if on_screen else WIDEST
        self._names = {one.address: one.called for one in week.people.values()}
        self._week = week
        self._phrases = table("narrator.toml")
        self._day: date | None = None

    def begin(self) -> None:
        self._console.print()
        self._console.print(Text("A week with mailflow", style="bold"))
        intro = (
            "Brightworks has six people in Berlin and Shanghai, two projects and one shared "
            "mailbox. Mail server, mailflow and time itself run on this machine; only the clock "
            "is played."
        )
        self._console.print(Text(intro))

    def tell(self, played: Played) -> None:
        """A scene: who did what, what mailflow did of it, what everybody got."""
        at = played.scene.at
        if at.date() != self._day:
            self._day = at.date()
            self._console.print()
            self._console.rule(Text(f"{at:%A}, {at.day} {at:%B}", style="bold"), style="dim")
        self._console.print()
        self._console.print(self._headline(played))
        self._indented(Text(played.scene.tells, style="italic"))
        if played.written is not None:
            self._indented(_quoted(played.written.subject, _words(played.written)))
        for line in self._did(played):
            self._indented(Text(f"mailflow  {line}"))
        for letters in _alike(played.letters):
            self._indented(self._got(letters))

    def records(self, records: Iterable[Tracked]) -> None:
        found = Table(title="What is tracked now", title_justify="left", box=None, pad_edge=False)
        found.title_style = "bold"
        for name in ("ref", "kind", "state", "due", "owner", "client", "title"):
            found.add_column(name, no_wrap=name in ("ref", "state", "due"), header_style="dim")
        for one in records:
            cells = (one.ref, one.kind, one.state, one.due, one.owner, one.client, one.title)
            found.add_row(*map(Text, cells))
        self._console.print()
        self._console.rule(style="dim")
        self._console.print(found)

    def end(self, files: Sequence[Path], seconds: float) -> None:
        self._console.print()
        self._console.print(Text(f"A week in {seconds:.0f} seconds. What stays of it:"))
        for file in files:
            self._console.print(Text(f"  {file}"), soft_wrap=True)

    def log_in(self, lines: Mapping[str, str]) -> None:
        """How a mail program gets in, while all is left running."""
        found = Table.grid(padding=(0, 2))
        for name, value in lines.items():
            found.add_row(Text(f"  {name}", style="dim"), Text(value))
        self._console.print()
        self._console.print(found)
        self._console.print()
        self._console.print(Text("Ctrl-C ends it all."))

    def write(self, file: Path) -> None:
        """Write what was told so far. Raises OSError."""
        lines = self._console.export_text(clear=False).splitlines()
        file.write_text("\n".join(line.rstrip() for line in lines) + "\n", "utf-8")

    def _headline(self, played: Played) -> Text:
        at, author = f"{played.scene.at:%H:%M}".ljust(INDENT), played.author
        if author is None:
            return Text.assemble(at, ("The clock", "bold"), (f"  ({self._city(played)})", "dim"))
        if played.scene.verdict == "fail":
            return Text.assemble(at, ("Somebody", "bold red"), f" writes as {author.called}")
        where = (f"  ({author.city}, {author.program.label})", "dim")
        return Text.assemble(at, (author.called, "bold"), f" {self._verb(played)}", where)

    def _city(self, played: Played) -> str:
        """The first city where the scene's time is that of the day."""
        at = played.scene.at
        people = self._week.people.values()
        return next(
            (one.city for one in people if at.astimezone(one.zone).utcoffset() == at.utcoffset()),
            f"{at:%Z}",
        )

    def _verb(self, played: Played) -> str:
        scene = played.scene
        if scene.forward is None:
            return "answers" if scene.answers else "writes"
        client = self._week.clients[scene.forward.client]
        return f"forwards a mail of {client.name}, {client.address.rpartition('@')[2]}"

    def _did(self, played: Played) -> list[str]:
        events, outcomes = self._phrases["events"], self._phrases["outcomes"]
        told = [
            events.get(one.what, "{ref}: " + one.what).format(**one.fields)
            for one in played.happened
        ]
        if played.outcome is None or (told and played.outcome.state == "processed"):
            return told
        reason = played.outcome.reason
        return [outcomes[played.outcome.state].format(reason=reason), *told]

    def _got(self, letters: Sequence[Letter]) -> RenderableType:
        first = letters[0]
        names = ", ".join(self._names.get(one.to, one.to) for one in letters)
        verb = "gets" if len(letters) == 1 else "get"
        article = "an" if first.kind == "agenda" else "a"
        style = STYLES.get(first.kind, MAIL)
        head = Text.assemble("→ ", names, f" {verb} {article} ", (first.kind, style))
        lines = _without_title(first.subject, first.text.splitlines())
        return Group(head, _quoted(first.subject, lines, LINES.get(first.kind, FEW_LINES)))

    def _indented(self, what: RenderableType) -> None:
        self._console.print(Padding(what, (0, 0, 0, INDENT), expand=False))


def _alike(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Letters of the same kind, subject and text are told once."""
    groups: dict[tuple[str, str, str], list[Letter]] = {}
    for letter in letters:
        groups.setdefault((letter.kind, letter.subject, letter.text), []).append(letter)
    return list(groups.values())


def _words(written: Written) -> list[str]:
    attached = [f"[{written.attachment}]"] if written.attachment else []
    return [*written.words.splitlines(), *attached]


def _without_title(subject: str, lines: Sequence[str]) -> list[str]:
    """The lines of a mail without that which repeats its subject."""
    title = _letters(subject)
    return [line for line in lines if _letters(line) != title]


def _letters(line: str) -> str:
    return "".join(char for char in line if char.isalnum())


def _quoted(subject: str, lines: Sequence[str], few: int = FEW_LINES) -> RenderableType:
    """A mail's subject and its first lines, behind a bar."""
    own = [line.strip() for line in lines if line.strip()]
    told = [Text(subject, style="bold"), *map(Text, own[:few])]
    if len(own) > few:
        told.append(Text("…", style="dim"))
    barred = Table.grid(padding=(0, 1))
    for line in told:
        line.no_wrap, line.overflow = True, "ellipsis"
        barred.add_row(Text("│", style="dim"), line)
    return Padding(barred, (0, 0, 0, 2), expand=False)
