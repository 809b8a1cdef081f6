"""Calendar months as text (``2026-02``) and as whole numbers, so that gaps can be counted."""

from __future__ import annotations

from tocsin.core.errors import Misuse


def month_index(month: str) -> int:
    """Return months since year 0 for ``YYYY-MM``. Raises Misuse on anything else."""
    try:
        year, number = month.split("-")
        if len(year) == 4 and len(number) == 2 and 1 <= int(number) <= 12:
            return int(year) * 12 + int(number) - 1
    except ValueError:
        pass
    raise Misuse(f"{month!r} is not a month", todo="Write it as 2026-02")


def month_text(index: int) -> str:
    """Return ``YYYY-MM`` for a month number made by ``month_index``."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Return every month from ``first`` to ``last``, both included; empty when last is before first."""
    return [month_text(i) for i in range(month_index(first), month_index(last) + 1)]
