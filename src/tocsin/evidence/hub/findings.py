"""What is wrong with a submission, gathered in one pass: rows one by one, and by the file's own column names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from tocsin.core.words import said
from tocsin.evidence.hub.claims import ROW
from tocsin.evidence.sources.issues import Issue

PER_RULE = 200
"""Rows told one by one for a rule; the rest is counted."""
SHOWN = 80
"""Characters of a cell that a finding repeats, without what could steer a terminal."""


class Findings:
    """Findings by rule: the first rows one by one under the file's own column names, the rest counted."""

    def __init__(self, issues: Iterable[Issue], called: Callable[[str], str] = str) -> None:
        self.issues, self.called = list(issues), called
        self.counts: dict[str, int] = {}

    def rows(self, bad: pl.DataFrame, column: str, rule: str, message: str | Callable[[str], str]) -> None:
        """Record rows that break a rule, with the value that stands in ``column``."""
        before = self.counts.get(rule, 0)
        self.counts[rule] = before + len(bad)
        for row, value in bad.select(ROW, column).head(max(PER_RULE - before, 0)).iter_rows():
            shown = "" if value is None else said(str(value)[:SHOWN])
            told = message(shown) if callable(message) else message
            self.issues.append(Issue(rule, told, row, self.called(column), shown))

    def say(
        self, rule: str, message: str, column: str | None = None, value: str | None = None, weight: str = "file"
    ) -> None:
        """Record something about the file as a whole."""
        self.issues.append(Issue(rule, message, None, column, value, weight))  # type: ignore[arg-type]

    def wrong(self) -> bool:
        """Whether anything but a remark was found."""
        return any(i.weight in ("row", "file") for i in self.issues)

    def told(self) -> list[Issue]:
        """Return every finding, worst first, then by row."""
        more = [
            Issue(r, f"and {n - PER_RULE:,} rows more", weight="row") for r, n in self.counts.items() if n > PER_RULE
        ]
        order = {"file": 0, "row": 1, "warn": 2, "note": 3}
        return sorted([*self.issues, *more], key=lambda i: (order[i.weight], i.row or 10**12, i.rule))
