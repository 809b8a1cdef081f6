"""The live record: the first word counts, and nothing is judged before it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tocsin.core.clock import FixedClock
from tocsin.core.errors import Damaged
from tocsin.response.docket.models import RunTaken
from tocsin.response.oversight import live_record as room
from tocsin.response.register.dated import Window

pytestmark = pytest.mark.django_db
HOME = Path("home")


@dataclass
class Kept:
    """A run as far as the record reads it."""

    run_id: str
    base_year: int
    said: dict[str, float]
    followed: dict[tuple[str, int], bool] = field(default_factory=dict)
    standing: list[str] = field(default_factory=list)

    def query(self, table: str, where: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        if table == "forecasts":
            return [{"place_id": p, "value": v} for p, v in self.said.items()]
        return [{"place_id": p, "base_year": y, "onset_within": f} for (p, y), f in self.followed.items()]

    def window(self, now: date) -> Window:
        return Window(self.base_year + 1, self.base_year + 2, now)


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch, clock: FixedClock):
    """A function that puts runs into the data folder and takes them, a day apart."""
    held: dict[str, Kept] = {}
    monkeypatch.setattr(room.runs, "identifiers", lambda _: list(held))
    monkeypatch.setattr(room.runs, "latest", lambda _: next(reversed(held.values()), None))
    monkeypatch.setattr(room.runs, "load", lambda _, name: held[name])

    def _keep(*more: Kept) -> dict[str, Kept]:
        for run in more:
            held[run.run_id] = run
            RunTaken.objects.create(run_id=run.run_id, taken_at=clock.now(), opened=0, joined=0, cut=0)
            clock.move(days=1)
        return held

    return _keep


def test_there_is_none_before_the_first_run(keep) -> None:
    assert room.live_record(HOME) == []


def test_the_first_word_on_a_base_year_counts_and_is_not_judged_before_it_is_known(keep) -> None:
    keep(Kept("a", 2024, {"SDN": 0.1, "TGO": 0.02}), Kept("b", 2024, {"SDN": 0.9, "TGO": 0.9}))
    [row] = room.live_record(HOME)
    assert (row["run_id"], row["places"], round(row["expected"], 6)) == ("a", 2, 0.12)
    assert (row["window"].begun, row["window"].months) == (23, 24), "how late it came is said"
    assert (row["observed"], row["brier"], row["listed"]) == (None, None, None)
    keep(Kept("c", 2027, {"SDN": 0.3}, {("SDN", 2024): True, ("TGO", 2024): False}))
    judged, open_ = room.live_record(HOME)
    assert (judged["observed"], judged["listed"], round(judged["brier"], 6)) == (1, 1, round((0.81 + 0.0004) / 2, 6))
    assert open_["observed"] is None


def test_a_forecast_that_only_stood_in_is_nobodys_first_word(keep) -> None:
    keep(Kept("a", 2024, {"SDN": 0.1}, standing=["onset_v1"]), Kept("b", 2024, {"SDN": 0.2}))
    assert [r["run_id"] for r in room.live_record(HOME)] == ["b"]


def test_a_run_that_is_gone_is_left_out_and_damage_empties_an_open_page(keep, monkeypatch) -> None:
    held = keep(Kept("a", 2024, {"SDN": 0.1}), Kept("b", 2025, {"SDN": 0.2}))
    del held["a"]
    assert [r["base_year"] for r in room.live_record(HOME)] == [2025]

    def damaged(_: Path) -> None:
        raise Damaged("A run folder is damaged")

    monkeypatch.setattr(room.runs, "latest", damaged)
    assert room.live_record(HOME) == []
