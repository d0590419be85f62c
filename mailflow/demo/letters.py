"""Writes mails as people's mail programs do: forwards, answers, new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from html import escape

from mailflow.demo.script import ADDRESS, AUTHSERV_ID, Client, Person, Program, Scene
from mailflow.demo.servers import Letter

ENCODINGS = {"base64": BASE64, "quoted-printable": QP}
WEEKDAYS = "一二三四五六日"
AS_SENT = compat32.clone(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail that is forwarded or answered."""

    name: str
    address: str
    to_name: str
    to_address: str
    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that is ready to be delivered; `words` are those that its author wrote."""

    message_id: str
    subject: str
    words: str
    attachment: str
    raw: bytes


def forward(scene: Scene, number: int, author: Person, client: Client) -> Written:
    """The scene's client mail, forwarded with its tag and note."""
    if scene.forward is None:
        raise ValueError("the scene forwards nothing")
    original, program = scene.forward, author.program
    quoted = Quoted(
        client.name,
        client.address,
        author.name,
        author.address,
        original.at,
        original.subject,
        original.text,
    )
    subject = f"{scene.tag} {program.forward_prefix}{original.subject}"
    layout = (program.forward, program.forward_html)
    return _mail(scene, number, author, subject, _filled(layout, program, scene.text, quoted))


def answer(scene: Scene, number: int, author: Person, letter: Letter) -> Written:
    """The answer to a letter: its Message-ID in In-Reply-To, its text quoted below."""
    mail, program = letter.mail, author.program
    (name, address), *_ = getaddresses([str(mail["From"])])
    at = parsedate_to_datetime(str(mail["Date"])).astimezone(author.zone)
    text = letter.text.strip()
    quoted = Quoted(name, address, author.name, author.address, at, letter.subject, text)
    prefix = scene.prefix or program.answer_prefix
    layout = (program.answer, program.answer_html)
    message_id = str(mail["Message-ID"])
    thread = {
        "To": str(mail["Reply-To"] or mail["From"]),
        "In-Reply-To": message_id,
        "References": f"{mail['References'] or ''} {message_id}".strip(),
    }
    bodies = _filled(layout, program, scene.text, quoted)
    return _mail(scene, number, author, prefix + letter.subject, bodies, thread)


def write(scene: Scene, number: int, author: Person) -> Written:
    """A new mail; programs that write HTML do so here, too."""
    page = f"<html><body><div>{_as_html(scene.text)}</div></body></html>"
    bodies = (scene.text + "\n", page if author.program.forward_html else "")
    return _mail(scene, number, author, scene.subject, bodies)


def _filled(
    layout: tuple[str, str], program: Program, note: str, quoted: Quoted
) -> tuple[str, str]:
    """The text part and the HTML part ("" where the program writes none)."""
    at = quoted.at
    sent = program.date.format(at=at, weekday=WEEKDAYS[at.weekday()])
    fields = {
        "note": note,
        "name": quoted.name,
        "address": quoted.address,
        "to_name": quoted.to_name,
        "to_address": quoted.to_address,
        "sent": sent,
        "subject": quoted.subject,
        "text": quoted.text,
        "quote": "\n".join(f"> {line}".rstrip() for line in quoted.text.splitlines()),
    }
    in_html = {name: _as_html(value) for name, value in fields.items()}
    text, html = layout
    return text.lstrip("\n").format(at=at, **fields), html.strip().format(at=at, **in_html)


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>\n")


def _mail(
    scene: Scene,
    number: int,
    author: Person,
    subject: str,
    bodies: tuple[str, str],
    thread: Mapping[str, str] | None = None,
) -> Written:
    charset = Charset(author.program.charset)
    charset.body_encoding = ENCODINGS[author.program.encoding]
    charset.header_encoding = BASE64
    mail = _body(bodies, charset, scene.attachment)
    local, _, domain = author.address.partition("@")
    message_id = f"<{scene.at:%Y%m%d%H%M}.{number}.{local}@mail.{domain}>"
    headers = {
        "Authentication-Results": f"{AUTHSERV_ID}; dmarc={scene.verdict} header.from={domain}",
        "From": formataddr((author.name, author.address), charset),
        "To": ADDRESS,
        "Subject": subject if subject.isascii() else Header(subject, charset).encode(),
        "Date": format_datetime(scene.at),
        "Message-ID": message_id,
        **author.program.headers,
        **scene.headers,
        **(thread or {}),
    }
    for name, value in headers.items():
        mail[name] = value
    name = scene.attachment.get("name", "")
    return Written(message_id, subject, scene.text, name, mail.as_bytes(policy=AS_SENT))


def _body(
    bodies: tuple[str, str], charset: Charset, attachment: Mapping[str, str]
) -> MIMEText | MIMEMultipart:
    text, html = (
        MIMEText(body, subtype, charset)  # type: ignore[arg-type]  # a Charset is fine, too
        for body, subtype in zip(bodies, ("plain", "html"), strict=True)
    )
    body: MIMEText | MIMEMultipart = text
    if bodies[1]:
        body = MIMEMultipart("alternative", _subparts=[text, html])
    if not attachment:
        return body
    part = MIMEText(attachment["text"].lstrip(), "plain", "utf-8")
    name = ("utf-8", "", attachment["name"])  # RFC 2231
    part.add_header("Content-Disposition", "attachment", filename=name)
    return MIMEMultipart("mixed", _subparts=[body, part])
