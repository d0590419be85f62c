"""Tags, prefixes and record refs of subjects."""

from __future__ import annotations

import pytest

from parsers.subject import read_subject

CASES = [
    ("", "", (), None, None),
    ("Gate is broken", "Gate is broken", (), None, None),
    ("[ISSUE] Gate is broken", "Gate is broken", ("ISSUE",), None, None),
    ("Fwd: Re: [ISSUE][PORTAL] x", "x", ("ISSUE", "PORTAL"), None, "forward"),
    ("[issue] Fwd: x", "x", ("ISSUE",), None, "forward"),
    ("【反馈】网关丢数据", "网关丢数据", ("反馈",), None, None),
    ("［Ｉssue］ x", "x", ("ISSUE",), None, None),
    ("转发: 回复：[问题] 登录失败", "登录失败", ("问题",), None, "forward"),
    ("答复：【反馈】 x", "x", ("反馈",), None, "reply"),
    ("AW: WG: [ACME-42] Tür", "Tür", ("ACME-42",), "ACME-42", "reply"),
    ("Re[2]: hello", "hello", (), None, "reply"),
    ("RE: SV: TR: I: x", "x", (), None, "reply"),
    ("自动回复: 我在休假", "我在休假", (), None, "reply"),
    ("Re: door [acme-7] is shut", "door [acme-7] is shut", (), "ACME-7", "reply"),
    ("Meeting [draft] notes", "Meeting [draft] notes", (), None, None),
    ("[Fwd: Old style]", "Old style", (), None, "forward"),
    ("Note: the gate", "Note: the gate", (), None, None),
    ("[] x", "x", (), None, None),
    ("[unclosed", "[unclosed", (), None, None),
]


@pytest.mark.parametrize(("subject", "title", "tags", "ref", "origin"), CASES)
def test_subject(
    subject: str, title: str, tags: tuple[str, ...], ref: str | None, origin: str | None
) -> None:
    found = read_subject(subject)
    assert (found.title, found.tags, found.record_ref, found.origin) == (title, tags, ref, origin)
