"""The refreshed figure in words: its months, its interval, its own year, and why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tocsin.response.register import refreshed


def _said(**change: Any) -> dict[str, Any]:
    return {
        "year": 2025, "year_over": True, "months_to": "2025-12", "provisional": True, "p": 0.08, "low": 0.03,
        "high": 0.2,
        "level": 0.9, "base_rate": 0.01, "rank": 4, "of": 170, "why_none": None, "notes": [], **change,
    }  # fmt: skip


def test_a_year_that_is_over_began_and_one_that_runs_begins():
    over = refreshed.words(_said(), further=False)
    assert over.startswith(
        "Refreshed with months to 2025-12 (provisional counts): that a mass killing began in 2025: 1 in 12"
    )
    assert "1 in 33 to 1 in 5 (90% interval)" in over and "rank 4 of 170" in over and "yearly figure is of two" in over
    running = refreshed.words(_said(year_over=False, provisional=False), further=True)
    assert "a further, separate mass killing begins in 2025" in running and "provisional" not in running


@pytest.mark.parametrize("why", ["nobody counted 2024-09", None])
def test_no_number_says_why(why):
    said = refreshed.words(_said(p=None, why_none=why), further=False)
    assert said == f"{why}." if why else "not known" in said


class _Run:
    """A run as far as the refreshed figure reads it."""

    def __init__(self, about: dict[str, Any] | None) -> None:
        self.info = {"as_of": "2026-11-26", "interval": {"level": 0.9}, "about": about or {}}

    def query(self, table: str, where: str, values: list[Any]) -> list[dict[str, Any]]:
        rows = [("COD", "yes", 0.2), ("COD", "0.05", 0.1), ("COD", "0.95", 0.4), ("RWA", "yes", 0.3)]
        named = [dict(zip(("place_id", "output_type_id", "value"), r, strict=True)) for r in rows]
        if "place_id" in where:
            return [r for r in named if r["place_id"] == values[-1]]
        return [r for r in named if r["output_type_id"] == "yes"]


def test_a_place_is_ranked_among_the_refreshed_and_an_old_run_says_nothing():
    about = {"monthly": {"year": 2025, "months_to": "2025-12", "base_rate": 0.01, "notes": ["note"]}}
    congo = refreshed.of(_Run(about), "COD")
    assert (congo["p"], congo["low"], congo["high"], congo["rank"], congo["of"]) == (0.2, 0.1, 0.4, 2, 2)
    assert congo["year_over"] and congo["notes"] == ["note"]
    assert refreshed.of(_Run(about), "NZL")["p"] is None
    assert refreshed.of(_Run(None), "COD") is None
