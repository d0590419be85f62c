"""A few hundred of the fuzzer's mails in the ordinary run; `make torture` has ten thousand."""

from __future__ import annotations

from pathlib import Path

from tests.pipeline.desk import open_desk
from tests.torture.fuzz import handle_all, read_all


def test_broken_mails_are_read() -> None:
    found, _ = read_all(seed=61, count=400)
    assert found.faults == []


def test_broken_mails_end_somewhere(tmp_path: Path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/mailflow.db")
    assert handle_all(desk, seed=62, count=100).faults == []
    desk.database.close()
