"""Plays the scenes, one after the other, and sees to it that each comes out as it must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailflow.demo import letters
from mailflow.demo.ledger import Happened, Ledger, Outcome
from mailflow.demo.letters import Written
from mailflow.demo.script import Person, Scene, Week
from mailflow.demo.servers import Letter
from mailflow.demo.stage import Stage
from mailflow.demo.waiting import DemoError, wait_until


@dataclass(frozen=True, slots=True)
class Played:
    """A scene and what came of it; `author` and `written` are None where only time went by."""

    scene: Scene
    author: Person | None
    written: Written | None
    outcome: Outcome | None
    happened: Sequence[Happened]
    letters: Sequence[Letter]


class Play:
    """The week on its stage."""

    def __init__(self, week: Week, stage: Stage) -> None:
        self._week, self._stage = week, stage
        self._ledger = Ledger(stage.office.database)
        self._seen = 0

    @property
    def ledger(self) -> Ledger:
        return self._ledger

    def scene(self, number: int, scene: Scene) -> Played:
        """Play one scene. Raises DemoError where something does not happen in time."""
        self._stage.clock.set(scene.at)
        author = self._week.people.get(scene.who)
        written = self._write(number, scene, author) if author else None
        outcome = None
        if written is not None:
            self._stage.deliver(written.raw)
            outcome = self._handled(scene, written)
        got = self._delivered(scene)
        self._check(scene)
        return Played(scene, author, written, outcome, self._ledger.news(), got)

    def _write(self, number: int, scene: Scene, author: Person) -> Written:
        if scene.forward is not None:
            client = self._week.clients[scene.forward.client]
            return letters.forward(scene, number, author, client)
        if scene.answers:
            return letters.answer(scene, number, author, self._letter(scene.answers, author))
        return letters.write(scene, number, author)

    def _letter(self, wanted: Mapping[str, str], person: Person) -> Letter:
        """The latest letter to a person of that kind, with that word."""
        for letter in reversed(self._stage.receiver.letters):
            fits = letter.kind == wanted["kind"] and letter.says(wanted["about"])
            if fits and letter.to == person.address:
                return letter
        raise DemoError(f"{person.name} has no {wanted['kind']} about {wanted['about']} to answer")

    def _handled(self, scene: Scene, written: Written) -> Outcome:
        found: list[Outcome] = []

        def handled() -> bool:
            self._expect_daemon()
            found.extend(filter(None, [self._ledger.outcome(written.message_id)]))
            return bool(found)

        wait_until(handled, lambda: self._says(scene, f'"{written.subject}" was not handled'))
        outcome = found[0]
        if outcome.state != scene.ends:
            came = f"{outcome.state} ({outcome.reason})" if outcome.reason else outcome.state
            wanted = f'"{written.subject}" is {came} and not {scene.ends}'
            raise DemoError(self._says(scene, wanted))
        return outcome

    def _delivered(self, scene: Scene) -> list[Letter]:
        """All letters of this scene, once those that are expected came and nothing is under way."""

        def complete() -> bool:
            self._expect_daemon()
            if not scene.who:
                self._stage.wake()
            return not self._missing(scene) and self._ledger.is_quiet()

        wait_until(complete, lambda: self._says(scene, self._lack(scene)))
        got = self._stage.receiver.letters[self._seen :]
        self._seen += len(got)
        return got

    def _missing(self, scene: Scene) -> list[str]:
        came = {(one.to, one.kind) for one in self._stage.receiver.letters[self._seen :]}
        wanted = ((self._week.people[who], kind) for who, kind in scene.expects.items())
        return [f"{one.name}'s {kind}" for one, kind in wanted if (one.address, kind) not in came]

    def _lack(self, scene: Scene) -> str:
        missing = self._missing(scene)
        failed = self._ledger.undeliverable()
        if failed:
            return f'"{failed}" could not be sent'
        return f"{', '.join(missing)} did not come" if missing else "mailflow did not come to rest"

    def _check(self, scene: Scene) -> None:
        states = self._ledger.states()
        for ref, state in scene.becomes.items():
            if states.get(ref) != state:
                wrong = f"{ref} is {states.get(ref, 'not there')} and not {state}"
                raise DemoError(self._says(scene, wrong))

    def _expect_daemon(self) -> None:
        if not self._stage.is_running:
            raise DemoError(f"the daemon has ended: {self._stage.complaints()}")

    def _says(self, scene: Scene, what: str) -> str:
        complaint = self._stage.complaints()
        logged = f"; the daemon logged: {complaint}" if complaint else ""
        return f"{scene.at:%A %H:%M}: {what}{logged}"
