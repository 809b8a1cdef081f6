"""From "what is happening here?" to a tripwire that watches for it: the techniques as analysts use them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.evidence import small

from tocsin.catalog.tripwires import all_tripwires
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import arming
from tocsin.evidence import armed, refresh
from tocsin.response.register import runs
from tocsin.response.register.catalogue import following
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor
from tocsin.response.register.seals import seals
from tocsin.response.register.techniques import due, keep, show

pytestmark = pytest.mark.django_db
ANALYST = Actor("analyst", None, "cli", "amal")


@pytest.fixture
def home(ctx, monkeypatch):
    monkeypatch.setenv("TOCSIN_HOME", str(ctx.settings.home))
    ctx.settings.home.mkdir(parents=True)
    return ctx.settings.home


def indicator(ctx, one, **change):
    words = {"scenario": "S1", "text": "Civilians are killed in numbers", "threshold": "40 in a month",
             "source": "UCDP", "means": "The siege has begun", "look_on": "2026-12-01", "watched_by": "analyst",
             "quantity": "one_sided_deaths", "mark": "40", **change}  # fmt: skip
    return keep.put(ctx, one, ANALYST, "indicator", words)


def test_an_indicator_of_a_scenario_is_armed_and_then_rings_by_itself_in_every_place(ctx, home, monkeypatch) -> None:
    one = keep.open_technique(ctx, ANALYST, "TCD", "scenarios", question="What may come after the rains this year?")
    keep.put(ctx, one, ANALYST, "scenario", {"name": "Siege", "course": "The roads close and then the market"})
    indicator(ctx, one)
    assert [row["key"] for row in due.waiting(ctx)] == ["I1"]
    row, tried, said = arming.arm_indicator(ctx, one, "I1", ANALYST, level="watch", items_per_year=6)
    assert (row.tripwire_id, row.version, said["by"]) == ("x01", 1, "analyst")
    assert tried.result["firings_per_year"] > 0
    made = all_tripwires()["x01"]
    assert (made.params.column, made.alert_budget.items_per_year) == ("one_sided_deaths", 6)
    # The page of a tripwire is open to everybody: nothing of the scenario stands in it, nor the place it is about.
    open_words = made.model_dump_json()
    assert not any(word in open_words for word in ("Siege", "siege", "TCD", "Chad", "numbers"))
    assert [s.threshold for s in seals() if s.tripwire_id == "x01"] == ["40.0"]
    assert LedgerEntry.objects.filter(kind="technique.armed").count() == 1
    shown = show.view(ctx, one)["parts"]["indicator"][0]
    assert (shown["watch"], shown["tripwire"]["id"]) == ("tripwire", "x01")
    assert due.waiting(ctx) == []

    killed = {("TCD", "2024-11"): 55, ("NER", "2024-12"): 41, ("MLI", "2024-12"): 39}
    monkeypatch.setattr(refresh, "tables_known", lambda *_, **__: small.tables(killed))
    monkeypatch.setattr(refresh, "_make", lambda *_: small.evidence())
    monkeypatch.setattr(refresh.kept, "recall", lambda _ctx, _key, make: make())
    refresh.refresh(ctx, date(2026, 11, 23))
    mine = [w for w in runs.latest(home).warnings if w["tripwire_id"] == "x01"]
    assert {(w["place_id"], w["level"], w["threshold"]) for w in mine} == {("TCD", "watch", 40), ("NER", "watch", 40)}

    with pytest.raises(Refused, match="armed so already"):
        arming.arm_indicator(ctx, one, "I1", ANALYST, level="watch", items_per_year=6)
    keep.put(ctx, one, ANALYST, "indicator", {**shown["words"], "mark": "60"}, key="I1")
    again, _, _ = arming.arm_indicator(ctx, one, "I1", ANALYST, level="alert", items_per_year=6)
    assert (again.tripwire_id, again.version) == ("x01", 2)
    assert armed.state(ctx, all_tripwires()["x01"])["threshold"] == 60.0
    (home / "catalogue" / "tripwires.json").unlink()
    assert "x01" not in all_tripwires()
    following.agree(ctx.settings)
    assert all_tripwires()["x01"].version == 2


def test_what_no_tripwire_can_read_a_person_watches(ctx, home) -> None:
    one = keep.open_technique(ctx, ANALYST, "TCD", "scenarios", question="What may come after the rains this year?")
    keep.put(ctx, one, ANALYST, "scenario", {"name": "Siege", "course": "The roads close and then the market"})
    indicator(ctx, one, quantity="", mark="")
    with pytest.raises(Refused, match="a person watches it"):
        arming.arm_indicator(ctx, one, "I1", ANALYST)
    indicator(ctx, one, quantity="onset_risk", mark="4")
    with pytest.raises(Misuse, match="no risk"):
        arming.try_indicator(ctx, one, "I2")
    with pytest.raises(Misuse, match="no level of a mark"):
        arming.try_indicator(ctx, one, "I2", level="emergency")
    with pytest.raises(Refused, match="no indicator"):
        arming.try_indicator(ctx, one, "S1")
    assert not set(all_tripwires()) - set(arming.marks.shipped_tripwires())
