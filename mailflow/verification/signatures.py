"""Checks the DKIM signatures of a mail (RFC 6376) that speak for its From address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import Message

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailflow.workflow.belief import aligned
from mailflow.workflow.refs import domain_of
from parsers import parse_header_only

# What a DNS name says in its TXT record, None where it has none; raises NoAnswer.
Txt = Callable[[str], bytes | None]
Tags = dict[bytes, bytes]

# Of one domain; with a large mail each takes a second, and all must fit into a lease.
MOST_SIGNATURES = 3
SMALLEST_KEY = 1024  # bits (RFC 8301, 3.2)
LONGEST_HEADER = 65_536  # octets
LONGEST_SIGNATURE = 8_192
LONGEST_KEY = 4_096
MOST_FIELDS = 1_000
MOST_SPACES = 300_000  # the library takes two seconds for a million of them
# What we read of a header: one of each, and these must be signed where they stand in the mail.
ONCE = (b"content-type", b"content-transfer-encoding", b"in-reply-to", b"references")
SIGNED = (b"from", b"subject", b"date", b"message-id")
CONTENT, ENCODING = b"content-type", b"content-transfer-encoding"
# Encodings that change no octet (RFC 2045, 6.2).
AS_IT_IS = (b"", b"7bit", b"8bit", b"binary")
_FIRST_BOUNDARY = re.compile(
    rb"(?:[ \t]*\r?\n){0,3}(?:This is a multi-?part message in MIME format\.?[ \t]*\r?\n)?"
    rb"(?:[ \t]*\r?\n){0,3}--([^\r\n]{1,200})\r?\n"
)
_END = re.compile(rb"\r?\n\r?\n")
# A line end that some programs see and others do not.
_BARE = re.compile(rb"\r(?!\n)|\x00")
_LONG_SPACE = re.compile(rb"\s{80}")
_SPACES = re.compile(rb"[\t ]+")


class NoAnswer(Exception):
    """The DNS does not answer just now."""


def check(raw: bytes, sender: str, txt: Txt) -> list[tuple[str, str]]:
    """What each signature says that speaks for the domain of `sender` (the one From address that
    was read): pass, fail or temperror, and whose it is.

    No other signature is looked at, so nobody but these domains decides what the DNS is asked.
    Never raises.
    """
    mail = _read(raw, sender)
    if mail is None:
        return []
    found: list[tuple[str, str]] = []
    plain, relaxed = mail.body, _relaxed(mail.body)
    for index, tags in _speaking(mail, domain_of(sender)):
        mail.body = relaxed if tags.get(b"c", b"").endswith(b"/relaxed") else plain
        found.append((_verdict(mail, index, tags, txt), tags[b"d"].decode("ascii").lower()))
        if found[-1][0] != "fail":
            break
    return found


def _read(raw: bytes, sender: str) -> dkim.DKIM | None:
    """The mail as the library reads it; None where that may be another one than we read, or where
    reading it takes long."""
    end = _END.search(raw[:LONGEST_HEADER])
    spaces = raw.count(b" ") + raw.count(b"\t")
    if end is None or _BARE.search(raw[: end.start()]) or spaces > MOST_SPACES:
        return None
    try:
        mail = dkim.DKIM(raw, minkey=SMALLEST_KEY)
    except Exception:  # noqa: BLE001 (whatever a hostile header makes of the library)
        return None
    names = [name.lower() for name, _ in mail.headers]
    if len(names) > MOST_FIELDS or names.count(b"from") != 1:
        return None
    if any(names.count(name) > 1 for name in (*SIGNED, *ONCE)):
        return None
    written = parse_header_only(b"From:" + mail.headers[names.index(b"from")][1]).senders
    return mail if [box.address for box in written] == [sender] else None


def _speaking(mail: dkim.DKIM, domain: str) -> Iterator[tuple[int, Tags]]:
    """The first signatures that could speak for the domain, with their numbers."""
    values = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    needed = _to_be_signed(mail)
    left = MOST_SIGNATURES
    for index, value in enumerate(values):
        if left and (tags := _tags(value)) is not None and _speaks(tags, domain, needed):
            left -= 1
            yield index, tags


def _tags(value: bytes) -> Tags | None:
    if len(value) > LONGEST_SIGNATURE or _LONG_SPACE.search(value):
        return None
    try:
        found: Tags = parse_tag_value(value)
    except InvalidTagValueList:
        return None
    return found


def _to_be_signed(mail: dkim.DKIM) -> set[bytes]:
    """The fields without which a signature says little.

    What the octets of a body mean stands in two of them: where these can be changed, words that the
    author only quoted become a part of their own. Servers often leave them out, which does no harm
    where a multipart body begins with its boundary, since then it was sent with that one.
    """
    fields = {name.lower(): value for name, value in mail.headers}
    needed = {name for name in SIGNED if name in fields}
    if fields.get(ENCODING, b"").strip().lower() not in AS_IT_IS:
        needed |= {ENCODING, CONTENT}
    begins = _FIRST_BOUNDARY.match(mail.body)
    if begins is None or begins[1].rstrip() != _boundary(fields.get(CONTENT, b"")):
        needed.add(CONTENT)
    return needed


def _boundary(content_type: bytes) -> bytes | None:
    """The boundary of a multipart mail."""
    field = Message()
    field["Content-Type"] = content_type.decode("ascii", "replace")
    found = field.get_boundary() if field.get_content_maintype() == "multipart" else None
    return found.encode("ascii", "replace") if found else None


def _speaks(tags: Tags, domain: str, needed: set[bytes]) -> bool:
    """Whether it is by the domain, over the whole mail and what we read of its header, by an
    algorithm that still counts (RFC 8301, 3.1); who signs by Ed25519 does so by RSA, too."""
    by = tags.get(b"d", b"").decode("ascii", "replace").strip().rstrip(".")
    over = {name.strip().lower() for name in tags.get(b"h", b"").split(b":")}
    whole = b"l" not in tags and needed <= over
    return aligned(by, domain) and whole and tags.get(b"a") == b"rsa-sha256"


def _verdict(mail: dkim.DKIM, index: int, tags: Tags, txt: Txt) -> str:
    def key(name: bytes, timeout: int = 0) -> bytes | None:
        record = txt(name.decode("ascii"))
        return record if record is not None and _counts(record, tags) else None

    try:
        return "pass" if mail.verify(index, key) else "fail"
    except NoAnswer:
        return "temperror"
    except Exception:  # noqa: BLE001 (the library raises many kinds on what is broken or hostile)
        return "fail"


def _counts(record: bytes, tags: Tags) -> bool:
    """Not a key that is only tried out, nor one for addresses of the very domain where the
    signature names one below it (RFC 6376, 3.6.1)."""
    if len(record) > LONGEST_KEY:
        return False
    flags = parse_tag_value(record).get(b"t", b"").replace(b" ", b"").lower().split(b":")
    signer = tags.get(b"i", b"@" + tags[b"d"]).rpartition(b"@")[2].lower()
    return b"y" not in flags and (b"s" not in flags or signer == tags[b"d"].lower())


def _relaxed(body: bytes) -> bytes:
    """Without the spaces that relaxed bodies do not count (RFC 6376, 3.4.4): the library takes
    quadratic time for very many of them."""
    return _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n")
