"""Other people's words in our mails: whatever they write, the layout stays, nothing is loaded."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import select

from mailflow.data import data_path
from mailflow.outbox.preview import preview
from mailflow.outbox.render import _environment
from mailflow.requests import HANDLED
from mailflow.schedule import SCHEDULED
from mailflow.snapshots import read_directory
from mailflow.store.tables import Client, Landmark, Meeting, Project
from mailflow.store.tables import Person as PersonRow
from mailflow.workflow.model import Person
from tests.outbox.counter import Counter, html_of, open_counter, text_of
from tests.pipeline.desk import INSTALLATION
from tests.workflow.company import ANNA, CHEN, GLOBEX, LI, MA, PORTAL, TOM

# All of one length, so that what is shortened is shortened in all of them.
LENGTH = 190
HARMLESS = "quite harmless words ".ljust(LENGTH, "x")
SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "elements": SCRIPT
    + "<style>*{display:none}</style><img src=https://evil.example/p.gif width=1 "
    "onerror=x><form action=//evil.example><input name=password><button>Log in",
    "links": '<a href="javascript:alert(1)">Agree</a> javascript:x data:text/html;base64,PHA+ '
    '\'" style="position:fixed" onmouseover="alert(1)',
    "ends": "</div></td></tr></table></body></html> <!-- <![CDATA[ <?php <svg><plaintext> "
    "{{ 7*7 }}{% raw %} &lt;script&gt; &#60;b&#62; &nbsp;",
    "controls": "invoice\u202egpj.exe \u2067 \u2066 \u202d \x1b[2J\x1b]0;x\x07\x9b31m\x08\x00\x7f"
    "\x85\u2028\u2029 one\r\nBcc: all@evil.example\r\n\r\n<p>",
    "huge word": "w" * LENGTH,
}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "div",
    "p", "span", "strong", "a", "br", "h2", "pre",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "role", "width", "cellpadding", "cellspacing", "border",
    "class", "style", "align", "valign", "bgcolor", "href", "clear", "colspan",
}  # fmt: skip
WRITTEN = ("mailto:flow@acme.example?",)
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


Mails = Sequence[tuple[str, str, bytes]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, company_file: Path) -> Callable[[str], Mails]:
    """All mails of a small story in which everything has these words: HTML, text, octets."""
    folder = tmp_path_factory.mktemp("stories")

    @cache
    def made(words: str) -> Mails:
        path = folder / f"{len(list(folder.iterdir()))}.db"
        copyfile(company_file, path)
        counter = open_counter(path)
        try:
            return mails(counter, words)
        finally:
            counter.database.close()

    return made


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_what_others_write_is_text_alone(story: Callable[[str], Mails], words: str) -> None:
    made, harmless = story(words.ljust(LENGTH, "x")), story(HARMLESS)
    assert len(made) == len(harmless) > 20
    for (html, text, _), (plain_html, _, _) in zip(made, harmless, strict=True):
        tree = LexborHTMLParser(html)
        assert skeleton(tree) == skeleton(LexborHTMLParser(plain_html)), text
        for node in elements(tree):
            assert node.tag in ELEMENTS
            assert set(node.attributes) <= ATTRIBUTES
            assert is_ours(node), node.html
        (style,) = tree.css("style")
        assert "display:none" not in style.text()
        assert not FORBIDDEN.search(html), ascii(FORBIDDEN.findall(html))
        assert not FORBIDDEN.search(text), ascii(FORBIDDEN.findall(text))


def test_it_is_shown_as_it_was_written(story: Callable[[str], Mails]) -> None:
    """That nothing works is no proof that it is there: people read it as text."""
    made = story(HOSTILE["elements"].ljust(LENGTH, "x"))
    assert sum(SCRIPT in LexborHTMLParser(html).text() for html, _, _ in made) > 10
    assert sum(SCRIPT in text for _, text, _ in made) > 10


def test_no_header_of_ours_is_theirs(story: Callable[[str], Mails]) -> None:
    sent = [octets for _, _, octets in story(HOSTILE["controls"].ljust(LENGTH, "x")) if octets]
    assert sent
    for octets in sent:
        mail = message_from_bytes(octets, policy=default)
        assert "Bcc" not in mail
        assert [to.domain for to in mail["To"].addresses] == ["acme.example"]
        assert len(mail.get_all("To", [])) == len(mail.get_all("Subject", [])) == 1


def test_an_address_in_their_words_is_a_link_to_what_it_says(
    story: Callable[[str], Mails],
) -> None:
    made = story("see https://globex.example/a?b=1&c=<2>.")
    links = [a for html, _, _ in made for a in LexborHTMLParser(html).css("a.link")]
    assert {a.attributes["href"] for a in links} == {"https://globex.example/a?b=1&c="}
    assert all(a.attributes["href"] == a.text() for a in links)


# A literal of ours; words are escaped and made HTML by `as_html` (mailflow/outbox/words.py).
REVIEWED = {("parts.html", "' width=\"24\"' | safe")}


def test_every_page_of_html_escapes_by_itself() -> None:
    pages = sorted(data_path("templates").rglob("*.html"))
    assert pages
    for page in pages:
        source = page.read_text("utf-8")
        assert _environment().get_template(page.name).environment.autoescape(page.name) is True  # type: ignore[operator]
        unescaped = re.findall(r"'[^']*'\s*\|\s*safe|\|\s*safe|autoescape", source)
        assert {(page.name, one) for one in unescaped} <= REVIEWED
    template = _environment().from_string("{% autoescape true %}{{ x }}{% endautoescape %}")
    assert template.render(x="<b>") == "&lt;b&gt;"


def mails(counter: Counter, words: str) -> Mails:
    """Clients, ours and strangers write; projects, people and meetings are called so, too."""
    desk = counter.desk
    with counter.database.write() as session:
        session.get_one(Project, PORTAL.id).name = words
        session.get_one(PersonRow, TOM.id).name = words
        session.get_one(Client, GLOBEX.id).name = words
        session.scalars(select(Meeting).where(Meeting.project_id == PORTAL.id)).one().name = words
        session.get_one(Landmark, "directory").at = desk.now
    desk.engine.requests = HANDLED
    stranger = Person(9, words, ("a@globex.example",), "en", "UTC")
    desk.put(written(stranger, words, f"So: {words}", words))
    desk.work()
    counter.compose()
    desk.put(desk.answer_of(CHEN, "/project PORTAL\n/kind issue"))
    # what a program shows of a name in the header lines of a forward has no brackets
    line = " ".join(words.split())
    name = " ".join(re.sub(r"[^\w\s]", "", words).split())[:60]
    forward = (
        "---------- Forwarded message ---------\nFrom: {0} <homer{1}@globex.example>\n"
        "Date: Mon, 23 Nov 2026 at 08:12\nSubject: x {2}\nTo: Anna <anna@acme.example>\n\n"
        "Budget: {2}\nResult: {2}\n\nThe client says: {2}\n\n"
    )
    one = forward.format(name, "", words)
    two = one + forward.format(f"Second {name}", "2", words)
    for mail in (
        written(ANNA, f"[ISSUE][PORTAL] {words}", f"Note: {words}\n\n{one}", words),
        written(ANNA, f"[GOAL][PORTAL] {words}", one),
        written(ANNA, f"[FEEDBACK][PORTAL] {words}", two),
        written(MA, "Re: [PORTAL-1] x", f"Answer: {words}", words),
        written(MA, "Re: [PORTAL-1] x", f"/owner x {line}\n/status x {line}\n/due x {line}"),
        written(ANNA, "Re: [PORTAL-2] x", f"/change budget {line}\n/change title New {line}"),
        written(ANNA, f"[AGENDA] PORTAL {words}", f"Point: {words}"),
        written(ANNA, f"[MEETING] PORTAL tomorrow 15:00 {words}", f"Why: {words}"),
        written(CHEN, "[STATUS] PORTAL", ""),
        written(CHEN, "[REPORT] PORTAL open issues by owner", ""),
        written(CHEN, f"[REPORT] {words}", ""),
        written(MA, f"Re: [PORTAL-77] {words}", f"Lost: {words}"),
    ):
        desk.put(mail)
        desk.work()
    counter.later(minutes=10)
    counter.compose()
    rows = counter.outgoings()
    return [*((html_of(row), text_of(row), row.body) for row in rows), *_digests(counter)]


def _digests(counter: Counter) -> Mails:
    found = []
    with counter.database.read() as session:
        directory = read_directory(session, INSTALLATION.timezone)
        for person in (ANNA, LI, TOM, MA, CHEN):
            payload = {"person": person.id, "at": counter.now.isoformat(), "day": "2026-11-23"}
            args = (session, INSTALLATION, directory)
            reason = SCHEDULED["digest"].tell(*args, payload, counter.now).get(person.id)
            if reason is None:
                continue
            made = preview(*args, directory.persons[person.id], "digest", [reason], counter.now)
            assert made is not None
            found.append((made[2], made[1], b""))
    assert len(found) == 5
    return found


def written(person: Person, subject: str, text: str, file: str = "") -> bytes:
    """A mail as no program would write it: every octet of the words arrives."""
    content = coded(text)
    head = (
        "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
        f"From: {word(person.name)} <{person.address}>\r\nTo: flow@acme.example\r\n"
        f"Subject: {word(subject)}\r\nDate: Mon, 23 Nov 2026 01:00:00 +0000\r\n"
        f"Message-ID: <{abs(hash((subject, text)))}@mail.example>\r\nMIME-Version: 1.0\r\n"
    )
    body = (
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n"
    )
    if not file:
        return (head + body).encode()
    name = f'Content-Type: application/pdf; name="{word(file)}"\r\n'
    return (
        f"{head}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n{body}--x\r\n{name}"
        f"Content-Disposition: attachment\r\n\r\nx\r\n--x--\r\n"
    ).encode()


def word(text: str) -> str:
    return f"=?utf-8?b?{coded(text)}?="


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def elements(tree: LexborHTMLParser) -> list[LexborNode]:
    assert tree.root is not None
    return [node for node in tree.root.traverse() if not (node.tag or "-").startswith("-")]


def skeleton(tree: LexborHTMLParser) -> list[tuple[str, tuple[str, ...]]]:
    """The elements in their order, but for what text itself becomes (line ends, links)."""
    return [
        (node.tag or "", tuple(sorted(node.attributes)))
        for node in elements(tree)
        if node.tag != "br" and node.attributes.get("class") != "link"
    ]


def is_ours(node: LexborNode) -> bool:
    """A link writes to our mailbox, or is an address that the text shows."""
    link = node.attributes.get("href")
    if link is None:
        return not any(name.startswith("on") or name == "src" for name in node.attributes)
    if node.attributes.get("class") == "link":
        return link == node.text() and link.startswith(("https://", "http://", "mailto:"))
    return link.startswith(WRITTEN)
