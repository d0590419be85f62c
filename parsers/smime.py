"""S/MIME (RFC 8551): the mail inside signed PKCS #7; whether PKCS #7 is encrypted.

No signature is checked: who wrote a mail is what the mail server says it is.
"""

from __future__ import annotations

import base64
import binascii
from typing import Literal

Sort = Literal["signed", "encrypted", "other"]

_SORTS: dict[str, Sort] = {
    "signed_data": "signed",
    "enveloped_data": "encrypted",
    "authenticated_enveloped_data": "encrypted",
    "encrypted_data": "encrypted",
}


def read_pkcs7(data: bytes) -> tuple[Sort, bytes]:
    """What it is and, where it is signed, what was signed (b"" if that is not in it).

    Raises Exception of any kind where the octets are no PKCS #7 (CMS, RFC 5652).
    """
    from asn1crypto.cms import ContentInfo  # takes long, and few mails need it

    info = ContentInfo.load(_der(data))
    sort = _SORTS.get(str(info["content_type"].native), "other")
    if sort != "signed":
        return sort, b""
    content = info["content"]["encap_content_info"]["content"].native
    return sort, content if isinstance(content, bytes) else b""


def _der(data: bytes) -> bytes:
    """The octets, also where base64 was not declared as the transfer encoding, or is PEM."""
    text = data.strip()
    if text.startswith(b"-----BEGIN"):
        text = b"".join(line for line in text.splitlines() if not line.startswith(b"-----"))
    if not text.startswith(b"MI"):
        return data
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return data
