"""Keys for signatures as a company's mail server makes them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import dkim

EXPONENT = 65_537
BODY = ("content-type", "content-transfer-encoding")
FIELDS = ("from", "subject", "date", "message-id", "to", *BODY)


@dataclass(frozen=True)
class Key:
    """An RSA key: what the server signs with, and what it puts into the DNS."""

    pem: bytes
    record: bytes

    def sign(
        self,
        mail: bytes,
        *,
        domain: str = "acme.example",
        selector: str = "s1",
        fields: Sequence[str] = FIELDS,
        canonicalize: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
        algorithm: bytes = b"rsa-sha256",
        identity: str | None = None,
        length: bool = False,
    ) -> bytes:
        """The mail with a signature on top."""
        header: bytes = dkim.DKIM(mail).sign(
            selector.encode(),
            domain.encode(),
            self.pem,
            signature_algorithm=algorithm,
            identity=identity.encode() if identity else None,
            canonicalize=canonicalize,
            include_headers=list(fields),
            length=length,
        )
        return header + mail


@cache
def key(bits: int = 1024, _number: int = 0) -> Key:
    """A new key for each size and number."""
    p, q = _prime(bits // 2), _prime(bits // 2)
    private = pow(EXPONENT, -1, (p - 1) * (q - 1))
    parts = (private % (p - 1), private % (q - 1), pow(q, -1, p))
    values = (0, p * q, EXPONENT, private, p, q, *parts)
    pem = base64.encodebytes(_sequence(*values)).replace(b"\n", b"")
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + pem + b"\n-----END RSA PRIVATE KEY-----\n"
    public = base64.b64encode(_sequence(p * q, EXPONENT))
    return Key(pem, b"v=DKIM1; k=rsa; p=" + public)


def _prime(bits: int) -> int:
    while True:
        found = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        small = any(found % n == 0 for n in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41))
        if not small and (found - 1) % EXPONENT and _is_prime(found):
            return found


def _is_prime(number: int) -> bool:
    """Fermat's test, which no random number of this size passes by accident."""
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5))


def _sequence(*values: int) -> bytes:
    """A DER sequence of integers (PKCS #1, RFC 8017, A.1)."""
    inner = b"".join(_der(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in values)
    return _der(0x30, inner)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content
