"""What mails say does nothing to the terminal of an admin: no command prints a control character.

And files that were attached are saved under names that are nothing but names.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tests.cli.admin import Admin
from tests.servers.ready import ready

ANNA, MA = "anna.berg@acme.example", "ma.jun@acme.example"
# clear the screen; set the title, with BEL and with ST; erase by backspaces and by CR; C1's CSI
# and OSC; shift out; DEL; text that runs backwards; separators of lines; half a character
EVIL = (
    "\x1b[2J\x1b]0;x\x07 \x1b]8;;https://evil.example\x1b\\ \x08\x08\rZ \x9b31m\x9d0;y\x9c \x0e\x7f"
    "\u202egnp.exe\u2066 \u2028\u2029\x85 \x00 end"
)
# the same where a line must not end
LINE = re.sub("[\r\x00\x85\u2028\u2029]", "", EVIL)
# All that a terminal may take for an order; a line break is none.
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HEAD = (
    "From: {name} <{sender}>\r\nTo: flow@acme.example\r\nSubject: {subject}\r\n"
    "Message-ID: <{number}@mail.example>\r\nMIME-Version: 1.0\r\n{more}"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
)
BODY = (
    "--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "{text}\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
    "filename={file}\r\n\r\nx\r\n--x--\r\n"
)


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def word(text: str) -> str:
    return f"=?utf-8?b?{coded(text)}?="


def bring(admin: Admin, number: int, sender: str, subject: str, text: str) -> None:
    """A mail of raw octets with EVIL in all its parts, coded and as it is."""
    head = HEAD.format(
        name=word(EVIL),
        sender=sender,
        subject=word(subject),
        number=number,
        more=f"X-Raw: {LINE}\r\n",
    )
    path = admin.folder / f"{number}.eml"
    path.write_bytes((head + BODY.format(text=coded(text), file=word(EVIL))).encode())
    admin.run("import", str(path))
    admin.handle()


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Admin:
    """A database in which everything that a mail can bring is EVIL."""
    admin = Admin(tmp_path_factory.mktemp("evil"))
    ready(admin.database).close()
    admin.run("directory", "apply", str(admin.folder / "directory.toml"))
    forward = (
        f"---------- Forwarded message ---------\nFrom: Homer{LINE} <homer@globex.example>\n"
        f"Date: Mon, 23 Nov 2026 at 08:12\nSubject: {EVIL}\nTo: Anna <a@acme.example>\n\n{EVIL}\n"
    )
    bring(admin, 1, ANNA, f"[ISSUE][PORTAL] {EVIL}", f"{EVIL}\n\n{forward}")
    bring(admin, 2, MA, "Re: [PORTAL-1] x", f"{EVIL}\n/status {EVIL}")
    bring(admin, 3, ANNA, f"[GOAL][PORTAL] {EVIL}", f"Budget: {EVIL}\nResult: {EVIL}\n")
    bring(admin, 4, ANNA, "Re: [PORTAL-2] x", f"/change title New {EVIL}\n/change budget 5 {EVIL}")
    bring(admin, 5, f'"{coded(EVIL)}"@evil.example', EVIL, EVIL)
    bring(
        admin,
        6,
        ANNA,
        EVIL,
        "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----",
    )
    bring(admin, 7, ANNA, f"[MEETING] PORTAL tomorrow 15:00 {EVIL}", EVIL)
    admin.run("run", "--once", "--at", admin.now.isoformat())
    return admin


COMMANDS = [
    ["records"], ["show", "PORTAL-1"], ["show", "PORTAL-2"], ["quarantine", "list"],
    ["quarantine", "list", "--held"], ["quarantine", "show", "5"], ["quarantine", "show", "6"],
    ["outbox", "list"], ["rules"], ["report", "open-issues-by-owner"],
    ["report", "feedback-by-client"], ["directory", "list"], ["directory", "export"],
    ["schedule", "list"], ["norms"], ["preview", "digest", ANNA], ["preview", "agenda", "PORTAL"],
    ["parse", "{1}"], ["parse", "--explain", "{1}"], ["parse", "{5}"], ["rebuild", "--check"],
    ["forget", "homer@globex.example", "--dry-run"], ["check"],
]  # fmt: skip
# what must be seen of the words, so that the test does not look at nothing
SEEN = ("records", "show", "quarantine", "outbox", "parse", "preview")


@pytest.mark.parametrize(
    ("arguments", "as_lines"),
    [(one, False) for one in COMMANDS]
    + [(one, True) for one in COMMANDS if not {*one} & {"preview", "export", "5", "6"}],
    ids=lambda given: " ".join(given) if isinstance(given, list) else ["text", "json"][given],
)
def test_no_command_prints_an_order_to_the_terminal(
    evil: Admin, arguments: list[str], as_lines: bool
) -> None:
    given = [a.format(*(str(evil.folder / f"{n}.eml") for n in range(9))) for a in arguments]
    if as_lines:
        given.append("--json")
    status = 1 if arguments == ["check"] else 0
    done = evil.run(*given, status=status)
    found = ORDERS.findall(done.stdout + done.stderr)
    assert not found, ascii(found)
    if arguments[0] in SEEN:
        assert "2J" in done.stdout


def test_json_says_it_all_the_same(evil: Admin) -> None:
    first = evil.lines("records")[0]
    assert "\x1b[2J" in first["text"]
    assert "\u202e" not in evil.run("records", "--json").stdout


# claimed name → whether it is fit as it stands
CLAIMED = [
    "/etc/passwd", "../../../.ssh/authorized_keys", "..\\..\\windows\\win.ini", "C:\\autoexec.bat",
    "\\\\server\\share\\x.doc", "..", ".", "", " ", "~", "~root/.profile", ".htaccess", "-rf",
    "--help", "con", "NUL.txt", "aux.pdf", "COM1", "file.txt:stream", "a\x00b.txt", "a\nb.txt",
    "a\x1b[2Jb.txt", "invoice\u202egpj.exe", "a\u2044b", "a\uff0fb", "\ufeffx.txt", "x" * 5000,
    "文件.pdf", "e\u0301te\u0301.txt", "a/", "$(reboot).txt", "a;b|c&d.txt", "*?.txt", "%2e%2e%2fx",
]  # fmt: skip


def test_attachments_stay_in_their_folder(admin: Admin) -> None:
    parts = "".join(
        "--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        f"filename={word(name)}\r\n\r\ncontent {n}\r\n"
        for n, name in enumerate(CLAIMED)
    )
    head = HEAD.format(name="Anna", sender=ANNA, subject="[ISSUE][PORTAL] files", number=1, more="")
    path = admin.folder / "files.eml"
    path.write_bytes(f"{head}--x\r\n\r\nSee the files.\r\n{parts}--x--\r\n".encode())
    admin.run("import", str(path))
    admin.handle()
    folder = admin.folder / "saved"
    before = {one for one in admin.folder.rglob("*") if folder not in one.parents}
    done = admin.run("show", "PORTAL-1", "--attachments", str(folder))
    assert not ORDERS.findall(done.stdout)
    saved = list(folder.iterdir())
    assert {one for one in admin.folder.rglob("*") if folder not in one.parents} == {
        *before,
        folder,
    }
    assert {one.read_text() for one in saved} == {f"content {n}" for n in range(len(CLAIMED))}
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in saved)
    assert all(is_plain(one.name) for one in saved), [one.name for one in saved]
    # a second time nothing is overwritten
    admin.run("show", "PORTAL-1", "--attachments", str(folder))
    assert len(list(folder.iterdir())) == 2 * len(CLAIMED)


def is_plain(name: str) -> bool:
    """Of letters, digits and few other characters, hidden nowhere, an option and a device to
    nobody."""
    device = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)
    return bool(re.fullmatch(r"\w[\w.\- ]*", name)) and device is None


def test_a_link_in_the_way_is_not_followed(admin: Admin, tmp_path: Path) -> None:
    bring(admin, 1, ANNA, "[ISSUE][PORTAL] x", "x")
    admin.run("show", "PORTAL-1", "--attachments", str(tmp_path / "first"))
    (name,) = [one.name for one in (tmp_path / "first").iterdir()]
    folder, target = tmp_path / "second", tmp_path / "target"
    folder.mkdir()
    (folder / name).symlink_to(target)
    admin.run("show", "PORTAL-1", "--attachments", str(folder))
    assert not target.exists()
    assert (folder / f"2-{name}").read_text() == "x"
