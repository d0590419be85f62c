"""Signed and encrypted mails: S/MIME by openssl, OpenPGP by gpg."""

from __future__ import annotations

import shutil
import subprocess
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from parsers import attachment_content, parse
from parsers.as_json import as_json

from .outlook_writing import (
    tnef,
    winmail,
    with_file,
)
from .writing import SALES, plain

# -- S/MIME


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    path = tmp_path_factory.mktemp("smime") / "key.pem"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Sara"]
    subprocess.run(
        ["openssl", *request, "-keyout", str(path), "-out", str(path)],
        check=True,
        capture_output=True,
    )
    return path


def openssl(key: Path, content: bytes, *arguments: str) -> bytes:
    """What `openssl cms` makes of the content, under a mail's header."""
    done = subprocess.run(
        ["openssl", "cms", *arguments], input=content, check=True, capture_output=True
    )
    head = f"From: {SALES}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0800\r\nSubject: [ISSUE] gate\r\n"
    return head.encode() + done.stdout


def inner_mail() -> bytes:
    message = EmailMessage()
    message.set_content("The gate is stuck. 报表\n\n/due friday\n")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes(policy=SMTP)


SIGNING = [
    ["-sign", "-nodetach"],
    ["-sign", "-nodetach", "-stream", "-outform", "SMIME"],  # BER with indefinite lengths
    ["-sign"],
]


@pytest.mark.parametrize("arguments", SIGNING)
def test_signed_mails_are_read(key: Path, arguments: list[str]) -> None:
    source = openssl(key, inner_mail(), *arguments, "-signer", str(key), "-binary")
    mail = parse(source)
    assert mail.text == "The gate is stuck. 报表\n\n/due friday"
    assert [c.name for c in mail.commands] == ["due"]
    files = {a.filename: a.part for a in mail.attachments}
    assert attachment_content(source, files["a.pdf"]) == b"%PDF"
    assert "smime.p7m" not in files
    assert (mail.encrypted, mail.authentication, mail.defects) == (False, (), ())


def test_signed_twice(key: Path) -> None:
    once = openssl(key, inner_mail(), "-sign", "-nodetach", "-signer", str(key), "-binary")
    entity = once[once.index(b"MIME-Version") :]
    twice = openssl(key, entity, "-sign", "-nodetach", "-signer", str(key), "-binary")
    assert parse(twice).text.startswith("The gate is stuck.")


def test_a_signed_file_is_a_file(key: Path) -> None:
    signed = subprocess.run(
        ["openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-signer", str(key)],
        input=b"<invoice/>",
        check=True,
        capture_output=True,
    ).stdout
    mail = parse(with_file(signed, "application/pkcs7-mime", "invoice.xml.p7m", "Our invoice."))
    assert mail.text == "Our invoice."
    assert [(a.filename, a.size) for a in mail.attachments] == [("invoice.xml.p7m", len(signed))]


def test_signing_hides_no_words_of_a_list(key: Path) -> None:
    signed = openssl(key, inner_mail(), "-sign", "-nodetach", "-signer", str(key), "-binary")
    entity = signed[signed.index(b"MIME-Version") :].decode()
    source = (
        f'From: {SALES}\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n{entity}'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nfooter of a list\r\n--b--\r\n"
    )
    text = parse(source.encode()).text
    assert text.startswith("The gate is stuck.")
    assert text.endswith("footer of a list")


@pytest.mark.parametrize("cipher", ["-aes256", "-aes-256-gcm"])
def test_enveloped_mails_are_encrypted(key: Path, cipher: str) -> None:
    source = openssl(key, inner_mail(), "-encrypt", cipher, str(key))
    assert parse(source).encrypted
    assert as_json(parse(source))["encrypted"] is True
    # Some programs do not say what is inside.
    unsaid = source.replace(b"smime-type=enveloped-data; ", b"")
    assert parse(unsaid).encrypted


def test_signed_and_encrypted(key: Path) -> None:
    sealed = openssl(key, inner_mail(), "-encrypt", "-aes256", str(key))
    entity = sealed[sealed.index(b"MIME-Version") :]
    source = openssl(key, entity, "-sign", "-nodetach", "-signer", str(key), "-binary")
    assert parse(source).encrypted


def test_pkcs7_in_tnef(key: Path) -> None:
    signed = openssl(key, inner_mail(), "-sign", "-nodetach", "-signer", str(key), "-binary")
    source = winmail(tnef({}, [("mail.eml", signed)]))
    forward = parse(source).forwarded
    assert forward is not None
    assert forward.body.startswith("The gate is stuck.")


@pytest.mark.parametrize("content", [b"", b"MIIxxx", b"\x30\x80" * 5000, b"\x24\x80" * 50_000])
def test_broken_pkcs7_is_a_defect(content: bytes) -> None:
    mail = parse(with_file(content, "application/pkcs7-mime", "smime.p7m", "text"))
    assert mail.text == "text"
    assert "unreadable PKCS #7" in mail.defects


# -- OpenPGP


def pgp_mime() -> bytes:
    return (
        f"From: {SALES}\r\nContent-Type: multipart/encrypted; boundary=b;\r\n"
        ' protocol="application/pgp-encrypted"\r\n\r\n--b\r\n'
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
        "Content-Type: application/octet-stream\r\n\r\n"
        "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA=\r\n-----END PGP MESSAGE-----\r\n--b--\r\n"
    ).encode()


ARMOUR = "-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n"
ENCRYPTED = [
    (pgp_mime(), True),
    (pgp_mime().replace(b"multipart/encrypted", b"multipart/mixed"), True),  # by Exchange
    (plain(ARMOUR), True),
    (plain("\n\n" + ARMOUR), True),
    (plain("What is this?\n\n" + ARMOUR), False),
    (plain(ARMOUR + "\nWhat is this?"), False),
    (plain("\n".join(f"> {line}" for line in ARMOUR.split("\n"))), False),
    (plain("hello"), False),
    (plain(""), False),
    (with_file(b"hQEMA", "application/pgp-encrypted", "a.pgp", "the file is for Bo"), False),
]


@pytest.mark.parametrize(("source", "encrypted"), ENCRYPTED)
def test_encrypted(source: bytes, encrypted: bool) -> None:
    assert parse(source).encrypted is encrypted


def test_clear_signed_by_gpg(tmp_path: Path) -> None:
    if shutil.which("gpg") is None:
        pytest.skip("no gpg")
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--passphrase", "", "--quiet"]
    try:
        subprocess.run([*gpg, "--quick-generate-key", "sara@acme.example"], check=True)
        text = "done\n\n- item\n-- \nSara\n"
        signed = subprocess.run(
            [*gpg, "--clear-sign"], input=text.encode(), check=True, capture_output=True
        )
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    mail = parse(plain(signed.stdout.decode()))
    assert mail.text == "done\n\n- item\n-- \nSara"
    assert (mail.word, mail.encrypted) == ("done", False)


def test_text_around_what_is_signed_stays() -> None:
    source = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- -----Original\n- - a\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n- b\n"
    )
    assert parse(plain("above\n" + source)).text == "above\n-----Original\n- a\n- b"
