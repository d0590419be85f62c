"""Opens the containers that are none of MIME's own: TNEF, `.msg`, signed PKCS #7."""

from __future__ import annotations

from email.message import Message
from typing import Literal

from .filenames import filename
from .mapi import as_mail
from .mime import Part, leaf_content, leaves, read_message
from .outlook import read_msg
from .smime import read_pkcs7
from .tnef import read_tnef

Container = Literal["TNEF", "PKCS #7", "msg"]

# A signed or encrypted file that is no mail has a name of its own.
_SMIME_NAME = "smime.p7m"
_BY_TYPE: dict[str, Container] = {
    "application/ms-tnef": "TNEF",
    "application/vnd.ms-tnef": "TNEF",
    "application/pkcs7-mime": "PKCS #7",
    "application/x-pkcs7-mime": "PKCS #7",
    "application/vnd.ms-outlook": "msg",
    "application/x-msg": "msg",
}
_BY_NAME: tuple[tuple[str, Container], ...] = (
    ("winmail.dat", "TNEF"),
    ("win.dat", "TNEF"),
    (_SMIME_NAME, "PKCS #7"),
    (".msg", "msg"),
)
_UNTYPED = frozenset({"application/octet-stream", "application/x-unknown", "application/binary"})
_MAX_DEPTH = 4
_MAX_OPENED = 30
_MAX_SIZE = 50_000_000


def container_of(part: Message) -> Container | None:
    """What the part is, by its type, or by its name where the type says nothing."""
    kind = part.get_content_type()
    if kind.startswith(("text/", "multipart/")):
        return None
    if kind not in _BY_TYPE and kind not in _UNTYPED:
        return None
    name = (filename(part) or "").lower()
    if kind in _BY_TYPE:
        found = _BY_TYPE[kind]
        is_file = found == "PKCS #7" and name not in ("", _SMIME_NAME)
        return None if is_file else found
    return next((known for ending, known in _BY_NAME if name.endswith(ending)), None)


def open_containers(message: Message, defects: list[str], depth: int = 0) -> None:
    """Sets `opened` of the parts that are TNEF or signed PKCS #7, `sealed` of encrypted ones;
    in what was opened, too. What cannot be read is a defect."""
    found = [p for p in leaves(message) if isinstance(p, Part) and container_of(p) is not None]
    for part in found[:_MAX_OPENED]:
        container = container_of(part)
        try:
            if container == "TNEF":
                part.opened = as_mail(read_tnef(_content(part)))
            elif container == "PKCS #7":
                _open_pkcs7(part, defects)
        except Exception:  # noqa: BLE001 (hostile octets make the libraries raise anything)
            defects.append(f"unreadable {container}")
            continue
        if part.opened is not None:
            if depth < _MAX_DEPTH:
                open_containers(part.opened, defects, depth + 1)
            else:
                defects.append("containers nest too deep")


def _open_pkcs7(part: Part, defects: list[str]) -> None:
    sort, content = read_pkcs7(_content(part))
    part.sealed = sort == "encrypted"
    if content:
        inner, found = read_message(content)
        defects.extend(found)
        part.stands_for_it = True
        part.opened = inner if isinstance(inner, Part) else None


def mail_of_msg(part: Message, defects: list[str]) -> Message | None:
    """The mail in an attached `.msg` file, None where the part is none or cannot be read."""
    if container_of(part) != "msg":
        return None
    try:
        return as_mail(read_msg(_content(part)))
    except Exception:  # noqa: BLE001 (hostile octets make the libraries raise anything)
        defects.append("unreadable msg")
        return None


def _content(part: Message) -> bytes:
    content = leaf_content(part)
    if len(content) > _MAX_SIZE:
        raise ValueError("too large")
    return content
