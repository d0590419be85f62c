"""Reports, a file each. A new one is a module with a REPORT and its line in the table below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from mailflow.requests.reports import (
    answer_times,
    decisions,
    feedback_by_client,
    open_by_age,
    open_by_owner,
    rework,
    time_spent,
)
from mailflow.requests.reports.table import Report

REPORTS: Mapping[str, Report] = {
    module.REPORT.name: module.REPORT
    for module in (
        open_by_owner,
        open_by_age,
        feedback_by_client,
        decisions,
        answer_times,
        time_spent,
        rework,
    )
}
LATIN = re.compile(r"[a-z]+(?:-[a-z]+)*")
LONGEST = 200


def find(text: str) -> Report | None:
    """The report that most words of a text fit, of several the first; None where none fits.

    A name or a title in any language is that report.
    """
    said = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().strip()
    for report in REPORTS.values():
        titles = (unicodedata.normalize("NFKC", title) for title in report.titles.values())
        if said in (report.name, *(title.casefold() for title in titles)):
            return report
    spoken = set(LATIN.findall(said))
    best = max(REPORTS.values(), key=lambda report: _fit(report, said, spoken))
    return best if _fit(best, said, spoken) else None


def _fit(report: Report, said: str, spoken: set[str]) -> int:
    return sum(word in (spoken if word.isascii() else said) for word in report.words)
