"""OpenPGP as it stands in mails: whether one is encrypted; the text of a clear-signed one."""

from __future__ import annotations

from email.message import Message

from .mime import Part, leaves

_ENCRYPTED_BEGINS = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED_ENDS = "-----END PGP MESSAGE-----"
_SIGNED_BEGINS = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE_BEGINS = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_ENDS = "-----END PGP SIGNATURE-----"


def is_encrypted(message: Message, text: str) -> bool:
    """Whether nobody but its receiver can read the mail: S/MIME (RFC 8551), PGP/MIME (RFC 3156),
    or a text that is one OpenPGP message (RFC 9580) as a whole.

    A file that is encrypted beside a readable text does not make the mail so.
    """
    whole = text.strip()
    if whole:
        ends = whole.endswith(_ENCRYPTED_ENDS) or _ENCRYPTED_ENDS not in whole
        if whole.startswith(_ENCRYPTED_BEGINS) and ends:
            return True
        return message.is_multipart() and _is_sealed(next(leaves(message), message))
    return any(_is_sealed(part) for part in leaves(message))


def _is_sealed(part: Message) -> bool:
    if isinstance(part, Part) and part.sealed:
        return True
    return part.get_content_type() in ("application/pgp-encrypted", "multipart/encrypted")


def without_signature(text: str) -> str:
    """The text without the armour of clear-signed parts (RFC 9580, 7), their dashes unescaped."""
    if _SIGNED_BEGINS not in text:
        return text
    kept: list[str] = []
    place = "outside"
    for line in text.split("\n"):
        mark = line.rstrip()
        if place == "outside" and mark == _SIGNED_BEGINS:
            place = "armour header"
        elif place == "armour header":
            place = "signed" if not mark else place
        elif place == "signed" and mark == _SIGNATURE_BEGINS:
            place = "signature"
        elif place == "signature":
            place = "outside" if mark == _SIGNATURE_ENDS else place
        else:
            kept.append(line.removeprefix("- ") if place == "signed" else line)
    return "\n".join(kept)
