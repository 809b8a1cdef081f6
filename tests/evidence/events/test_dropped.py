"""An event that its publisher's next release no longer has: marked, dated, warned of; never deleted, never a zero."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.catalog.geography import places
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence.events import keep, one
from tocsin.evidence.events.fuse import Judgement
from tocsin.evidence.events.judged import hand_over
from tocsin.evidence.events.listing import Asked, page
from tocsin.evidence.events.rebuild import rebuild
from tocsin.evidence.store import LoadOutcome, load

PLACES = [p.name for p in places().by_id.values() if p.existed(2026) and "," not in p.name][:24]
MONTH = "2026-04"


def month(
    folder: Path, name: str, *, without: frozenset[int] = frozenset(), month: str = MONTH, most: int = 240, bad: int = 0
) -> Path:
    """Write an invented file of candidate events: ten in each of 24 places, number 7 with 300 dead in Sudan."""
    lines = ["id,conflict_new_id,conflict_name,country,best,type_of_violence,date"]
    for n in range(1, most + 1):
        country, dead = ("Sudan", 300) if n == 7 else (PLACES[n % 24], 1)
        said = "many" if n == bad else str(dead)
        if n not in without:
            lines.append(f"{n},1,Invented,{country},{said},3,{month}-{n % 28 + 1:02d}")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def loaded(ctx: Context, tmp_path: Path) -> Context:
    """A home with a whole month of candidate events."""
    assert load(ctx, "ucdp_ged", month(tmp_path, "GEDEvent_v26_0_4.csv"), "analyst").in_force
    return ctx


def told(outcome: LoadOutcome) -> list[dict[str, object]]:
    return [i for i in outcome.issues if i["rule"] == "dropped"]


def gone(ctx: Context) -> list[tuple[str, str]]:
    (event,) = page(ctx, Asked("SDN", deaths=300)).events
    assert event.dead == (300, 300), "what was told stays"
    return event.gone


def test_a_release_that_covers_the_month_and_has_it_no_more_is_told_with_the_dead(
    loaded: Context, tmp_path: Path, clock: FixedClock
) -> None:
    clock.move(days=30)
    later = month(tmp_path, "GEDEvent_v26_0_5.csv", without=frozenset({7, 8}))
    outcome = load(loaded, "ucdp_ged", later, "analyst", replacing="The publisher says that two were none")
    (issue,) = told(outcome)
    assert issue["weight"] == "warn"
    assert "2 events that stood here are no longer in candidate 26.0.5" in str(issue["message"])
    assert "301 dead" in str(issue["message"])
    assert gone(loaded) == [("ucdp_ged", "candidate 26.0.5")]
    before = loaded.now().date().replace(day=1)
    assert page(loaded, Asked("SDN", deaths=300, as_of=before)).events[0].gone == []
    keep.path(loaded).unlink()
    rebuild(loaded)
    assert gone(loaded) == [("ucdp_ged", "candidate 26.0.5")]

    clock.move(days=30)
    load(loaded, "ucdp_ged", month(tmp_path, "GEDEvent_v26_0_6.csv"), "analyst")
    assert gone(loaded) == [], "a release has it again"
    shown = one.event(loaded, page(loaded, Asked("SDN", deaths=300)).events[0].ref)
    assert shown is not None
    assert shown.rows[0]["gone"] is None
    with keep.reading(loaded) as db:
        assert db is not None
        assert db.execute("SELECT count(*) FROM dropped WHERE until IS NOT NULL").fetchone() == (2,)


def test_a_store_made_again_knows_what_was_judged_from_that_day_on(loaded: Context, clock: FixedClock) -> None:
    two = [e.ref for e in page(loaded, Asked("SDN", deaths=300)).events + page(loaded, Asked("AFG")).events][:2]
    clock.move(days=1)
    hand_over(loaded, lambda: [Judgement(1, "same", two[0], two[1])])
    clock.move(days=1)
    rebuild(loaded)
    (event,) = page(loaded, Asked("SDN", deaths=300)).events
    assert len(event.said) == 2
    before = loaded.now().date() - timedelta(days=1)
    assert len(page(loaded, Asked("SDN", deaths=300, as_of=before)).events[0].said) == 1


@pytest.mark.parametrize(
    "later",
    [
        {"month": "2026-05"},
        {"most": 100, "month": MONTH},
        {"without": frozenset({8}), "bad": 7},
    ],
    ids=["another month", "an extract", "a row that is set aside"],
)
def test_what_does_not_cover_an_event_drops_it_not(loaded: Context, tmp_path: Path, later: dict[str, object]) -> None:
    without = frozenset({7}) if "bad" not in later else frozenset({8})
    path = month(tmp_path, "GEDEvent_v26_0_5.csv", **{"without": without, **later})  # type: ignore[arg-type]
    load(loaded, "ucdp_ged", path, "analyst", replacing="A later file of the publisher")
    assert gone(loaded) == []
