"""What an undo reads and writes, once more on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pipeline import test_items, test_taking_back
from tests.pipeline.desk import Desk

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SAME: tuple[Callable[[Desk], None], ...] = (
    test_items.test_a_receipt_about_several_is_taken_back_whole,
    test_items.test_a_setting_is_taken_back_as_long_as_it_holds,
    test_taking_back.test_an_answer_to_an_invitation_is_taken_back,
)


@pytest.mark.parametrize("same", SAME, ids=lambda same: same.__name__)
def test_undo_does_the_same(desk: Desk, same: Callable[[Desk], None]) -> None:
    same(desk)
