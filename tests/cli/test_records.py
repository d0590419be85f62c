"""`records` and `show`, on records that real mails made."""

from __future__ import annotations

import re

import pytest

from tests.cli.admin import FORWARD, Admin

ANNA, MA, TOM = "anna.berg@acme.example", "ma.jun@acme.example", "tom.oneil@acme.example"
KEYS = {
    "ref", "kind", "state", "title", "text", "project", "client", "reporter", "owner", "priority",
    "due", "fields", "reworked", "created", "updated", "why",
}  # fmt: skip


@pytest.fixture
def story(admin: Admin) -> dict[str, str]:
    """An issue that is worked on, feedback, and a decision; Message-IDs by name."""
    ids = {"opened": admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)}
    admin.handle()
    lines = "/status in_progress\n/due 2026-12-01\n/priority high\n/owner Tom\nTom knows that code."
    ids["moved"] = admin.mail(MA, "Re: [PORTAL-1] Cannot log in", lines)
    admin.handle()
    admin.mail("li.wei@acme.example", "[反馈][GATE] 网关很慢", "请看一下。")
    admin.mail(TOM, "[DECISION][PORTAL] OpenID Connect only", "We drop SAML.")
    admin.handle()
    return ids


def test_records_have_the_promised_keys(admin: Admin, story: dict[str, str]) -> None:
    issue, feedback, decision = admin.lines("records")
    assert set(issue) >= KEYS
    assert (issue["ref"], issue["kind"], issue["state"]) == ("PORTAL-1", "issue", "in_progress")
    assert issue["client"] == {"name": "Homer Simpson", "address": "homer@globex.example"}
    assert issue["company"] == "Globex"
    assert "invalid token" in issue["text"]
    assert (issue["owner"], issue["reporter"]) == (TOM, ANNA)
    assert (issue["priority"], issue["due"]) == ("high", "2026-12-01")
    assert issue["created"] == "2026-11-23T01:00:00+00:00"
    assert issue["updated"] == "2026-11-23T01:10:00+00:00"
    assert issue["why"] == "given by Ma Jun"
    assert (feedback["ref"], feedback["project"]) == ("GATE-1", "GATE")
    assert feedback["client"] is None
    assert feedback["why"] == "no route of GATE fits: its coordinator; project by its tag"
    assert decision["due"] is None


def test_json_is_not_escaped(admin: Admin, story: dict[str, str]) -> None:
    assert "网关很慢" in admin.run("records", "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "refs"),
    [
        (["--project", "portal"], ["PORTAL-1", "PORTAL-2"]),
        (["--kind", "feedback"], ["GATE-1"]),
        (["--kind", "反馈"], ["GATE-1"]),
        (["--state", "proposed"], ["PORTAL-2"]),
        (["--owner", TOM.upper()], ["PORTAL-1"]),
        (["--owner", "Chen Yu"], ["GATE-1", "PORTAL-2"]),
        (["--limit", "2"], ["GATE-1", "PORTAL-2"]),
        (["--limit", "1", "--project", "PORTAL"], ["PORTAL-2"]),
        (["--open"], ["GATE-1", "PORTAL-2"]),
    ],
)
def test_filters(
    admin: Admin, story: dict[str, str], arguments: list[str], refs: list[str]
) -> None:
    admin.mail(TOM, "Re: [PORTAL-1] x", "/status closed")
    admin.handle()
    assert [record["ref"] for record in admin.lines("records", *arguments)] == refs


@pytest.mark.parametrize(
    ("option", "line"),
    [
        ("--project=NONE", "mailflow: there is no project NONE; known are PORTAL, GATE"),
        ("--kind=bugs", "mailflow: there is no kind bugs; known are feedback, issue"),
        ("--state=finished", "mailflow: there is no state finished; known are new, "),
        ("--owner=x@y.example", "mailflow: x@y.example is nobody in the directory"),
    ],
)
def test_a_filter_that_means_nothing_is_told(admin: Admin, option: str, line: str) -> None:
    assert admin.run("records", option, status=1).stderr.startswith(line)


def test_show_tells_the_whole_history(admin: Admin, story: dict[str, str]) -> None:
    (record,) = admin.lines("show", "portal-1")
    assert set(record) >= KEYS | {"events", "messages"}
    events = {event["what"]: event for event in record["events"]}
    assert [event["what"] for event in record["events"]][:2] == ["opened", "note"]
    opened = events["opened"]
    assert (opened["at"], opened["who"]) == ("2026-11-23T01:00:00+00:00", ANNA)
    assert opened["message_id"] == story["opened"]
    assert opened["new"]["owner"] == MA
    assert opened["new"]["client"]["name"] == "Homer Simpson"
    assert not {"why", "title_id", "owner_id"} & set(opened["new"])
    assert (events["status"]["old"], events["status"]["new"]) == ("open", "in_progress")
    assert (events["due"]["old"], events["due"]["new"]) == (None, "2026-12-01")
    assert (events["owner"]["old"], events["owner"]["new"]) == (MA, TOM)
    assert (events["priority"]["old"], events["priority"]["new"]) == ("normal", "high")
    assert events["note"]["new"] == events["note"]["text"] == "Tom knows that code."
    assert {events[what]["message_id"] for what in ("status", "due", "note")} == {story["moved"]}
    assert [m["message_id"] for m in record["messages"]] == [story["opened"], story["moved"]]
    assert record["messages"][0]["from"] == ANNA
    assert record["messages"][0]["subject"] == "[ISSUE] Fwd: Cannot log in"
    assert record["messages"][0]["date"].startswith("2026-11-23T01:00")


def test_the_route_is_told(admin: Admin) -> None:
    admin.mail(ANNA, "[ISSUE] Fwd: Cannot log in", FORWARD)
    admin.handle()
    (record,) = admin.lines("records")
    assert record["why"] == 'route 1 of PORTAL (kind issue, word "login"); project by the client'


def test_an_agreement_names_sides(admin: Admin, story: dict[str, str]) -> None:
    admin.mail(ANNA, "Re: [PORTAL-2] OpenID Connect only", "/agree")
    admin.handle()
    (record,) = admin.lines("show", "PORTAL-2")
    agreed = next(event for event in record["events"] if event["what"] == "agree")
    assert (agreed["old"], agreed["new"]) == ({}, {"sales": ANNA})


def test_an_old_ref_still_leads_there(admin: Admin, story: dict[str, str]) -> None:
    admin.mail("li.wei@acme.example", "Re: [PORTAL-1] Cannot log in", "/project GATE")
    admin.handle()
    (record,) = admin.lines("show", "PORTAL-1")
    assert (record["ref"], record["project"]) == ("GATE-2", "GATE")
    moved = next(event for event in record["events"] if event["what"] == "project")
    assert moved["old"] == {"project": "PORTAL", "ref": "PORTAL-1"}
    assert moved["new"] == {"project": "GATE", "ref": "GATE-2"}


def test_an_unknown_ref(admin: Admin) -> None:
    done = admin.run("show", "PORTAL-99", "--json", status=1)
    assert (done.stdout, done.stderr) == ("", "mailflow: there is no record PORTAL-99\n")


def test_a_private_record_tells_only_what_it_is(admin: Admin) -> None:
    kinds = '[conflict]\nstates = ["named", "settled"]\ntags = ["CONFLICT"]\nprivate = true\n'
    text = admin.config.read_text("utf-8")
    admin.config.write_text(f'kinds = "{admin.file("kinds.toml", kinds)}"\n{text}', "utf-8")
    admin.mail(ANNA, "[CONFLICT][PORTAL] Promised without us", "The release date.")
    admin.handle()
    (record,) = admin.lines("records")
    (shown,) = admin.lines("show", "PORTAL-1")
    for found in (record, shown):
        seen = {key for key, value in found.items() if value}
        assert seen == {"ref", "kind", "state", "project", "created", "updated"}
    for command in (["records"], ["show", "PORTAL-1"]):
        assert "Promised" not in admin.run(*command).stdout
        assert "Promised" in admin.run(*command, "--private").stdout
    (whole,) = admin.lines("show", "PORTAL-1", "--private")
    assert whole["text"].strip() == "The release date."
    assert whole["messages"][0]["from"] == ANNA


def test_tables_line_up_wide_characters(admin: Admin, story: dict[str, str]) -> None:
    out = admin.run("records").stdout.splitlines()
    assert re.match(r"ref +kind +state +priority +due +owner +title$", out[0])
    assert out[2].rstrip().endswith("网关很慢")
    assert out[1].index("tom.oneil@") == out[2].index("chen.yu@")


def test_show_reads_as_a_history(admin: Admin, story: dict[str, str]) -> None:
    out = admin.run("show", "PORTAL-1").stdout
    assert out.startswith("PORTAL-1  Cannot log in\n")
    assert "client    Homer Simpson <homer@globex.example>" in out
    assert re.search(r"2026-11-23 09:10 +ma.jun@acme.example +status +open → in_progress", out)
    assert "Tom knows that code." in out


def test_a_title_does_nothing_to_a_terminal(admin: Admin) -> None:
    subject = "=?utf-8?q?=5BISSUE=5D_red=1B=5B31m_=E2=80=AEevil?="
    path = admin.folder / "evil.eml"
    header = f"From: {ANNA}\r\nTo: flow@acme.example\r\nSubject: {subject}\r\n\r\n"
    path.write_bytes(header.encode() + b"login \x1b]0;title\x07 and \x1b[2J\r\n")
    admin.run("import", str(path))
    admin.handle()
    for command in ("records", "show PORTAL-1"):
        out = admin.run(*command.split()).stdout
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)
