"""What reminders read and write, once more on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.schedule import test_reminders
from tests.schedule.company import Company

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

SAME: tuple[Callable[[Company], None], ...] = (
    test_reminders.test_what_is_reopened_has_its_time_anew,
    test_reminders.test_a_date_that_moved_and_a_new_owner_are_another_matter,
    test_reminders.test_questions_are_brought_up_again,
)


@pytest.mark.parametrize("same", SAME, ids=lambda same: same.__name__)
def test_reminders_do_the_same(company: Company, same: Callable[[Company], None]) -> None:
    same(company)
