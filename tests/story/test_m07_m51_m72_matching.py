"""An office asks what can be done, on the day itself and when the day comes closer (M7, M51, M72)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from options.known.read import KENYA, READERS, RWANDA, facts
from teller import Teller
from tocsin.catalog.fitting import actors

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory, laid: Callable[[Path], Path]) -> Teller:
    home = laid(tmp_path_factory.mktemp("matching") / "home")
    return Teller(home, now=datetime(2008, 1, 2, 9, tzinfo=UTC), user="desk")


def asked(tell: Teller, name: str, reader: str, *more: str) -> dict[str, Any]:
    """Ask what a file of facts asks, on the day of the file."""
    said = facts(name)
    morning = datetime.combine(said["asked_on"], datetime.min.time(), UTC) + timedelta(hours=9)
    days = (said["window_ends"] - said["asked_on"]).days
    known = ("--factors", ",".join(said["factors"][reader]), "--phase", said["phase"], "--days", str(days))
    hand = ("--actors", ",".join(actors().kinds_of(said["names"])))
    return tell.at(morning)("options", "match", "--place", said["place_id"], *known, *hand, *more)


@pytest.mark.parametrize("reader", READERS)
def test_m07_kenya_2008_puts_mediation_in_the_top_group_with_reason_and_preconditions(
    tell: Teller, reader: str
) -> None:
    found = asked(tell, KENYA, reader)
    by_id = {o["id"]: o for o in found["options"]}
    mediation, costs = by_id["D21"], by_id["E03"]
    assert (mediation["rank"] <= 5, costs["rank"] <= 5) == (True, True)
    assert "Triggering factors" in mediation["reasons"][0]
    assert "leverage" in mediation["preconditions"]
    assert any("Supplies what D21" in r for r in costs["reasons"])
    assert "The smallest change that reorders the first five" in found["sensitivity"]
    assert {line["id"] for line in found["portfolio"]} == {"instruments", "non_coercive", "building", "unusual"}
    assert found["options"][-1]["id"] == "NOTHING"


def test_m07_two_analysts_print_the_same_bytes_and_a_moved_weight_is_said(tell: Teller) -> None:
    one, two = asked(tell, KENYA, "reader_1"), asked(tell, KENYA, "reader_1")
    assert one == two
    moved = asked(tell, KENYA, "reader_1", "--weight", "consent=5")
    assert moved["weights_moved"] == {"consent": "5"}
    assert [o["id"] for o in moved["options"]] != [o["id"] for o in one["options"]]
    assert any("Weights were moved: consent 5 instead of 1" in n for n in moved["notes"])
    assert "is not a weight" in tell.fails("options", "match", "--place", "KEN", "--weight", "luck=1", exits=2)


def test_m72_a_closer_day_loses_options_on_days_that_are_named(tell: Teller) -> None:
    far = asked(tell, RWANDA, "reader_1")
    said = facts(RWANDA)
    near = tell.at(datetime(1994, 1, 11, 9, tzinfo=UTC))(
        "options", "match", "--place", "RWA", "--factors", ",".join(said["factors"]["reader_1"]), "--phase", "imminent",
        "--onset", "1994-02-01",
    )  # fmt: skip
    before, after = {x["id"] for x in far["lost"]}, {x["id"]: x["lost_on"] for x in near["lost"]}
    assert before < set(after)
    assert all(date.fromisoformat(day) < said["asked_on"] for day in after.values())
    by_id = {o["id"]: o for o in far["options"]}
    gone = [o for o in after if o in by_id]
    assert gone
    for option in gone:
        closer = date(1994, 2, 1) - timedelta(days=by_id[option]["lead_days"]["min"])
        assert after[option] == closer.isoformat()
    assert near["curve"][0]["expected"] < far["curve"][0]["expected"]
    assert [p["expected"] for p in near["curve"]] == sorted((p["expected"] for p in near["curve"]), reverse=True)


def test_m51_the_nearest_five_come_with_what_differs_and_what_came_of_them(tell: Teller) -> None:
    found = tell.at(datetime(2026, 11, 26, 9, tzinfo=UTC))(
        "options", "comparators", "--place", "KEN", "--factors", "RF1,RF8,RF11", "--setting", "election",
        "--armed-conflict", "no", "--regime", "contested", "--perpetrator", "both",
    )  # fmt: skip
    cases = found["cases"]
    assert len(cases) >= 5
    assert cases[0]["id"] == "N01"
    assert {c["kind"] for c in cases} == {"episode", "near_miss"}
    assert all(c["similarities"] and c["differences"] and c["outcome"] and c["measures"] for c in cases)
    assert "Choose one of" in tell.fails("options", "comparators", "--place", "KEN", "--setting", "tea", exits=2)
