"""A law of refreshes: what is known less, or not at all, lowers no risk. Whatever the models make of the rest."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from tests.evidence import small

from tocsin.core.clock import FixedClock
from tocsin.core.months import month_index, month_text
from tocsin.evidence import refresh as room
from tocsin.evidence import warn

Run = Callable[..., room.Refreshed]
PLACES = sorted(small.RISKS)
MONTHS = [month_text(m) for m in range(month_index("2023-01"), month_index("2024-12") + 1)]
BURNING = 10
"""Events a month in every place before anything goes quiet."""


def world(dark: dict[str, int | None], **change: Any) -> Any:
    """Every place burns each month; in the last two months the dark ones report this much: none, or no figure."""
    deaths: dict[tuple[str, str], int | None] = dict.fromkeys(((p, m) for p in PLACES for m in MONTHS), BURNING)
    deaths |= {(p, m): dark[p] for p in dark for m in MONTHS[-2:]}
    listed = [small.source(s, **change.get(s, {})) for s in ("facts_mass_killing", "ucdp_ged", "vdem")]
    return small.tables(deaths, sources=listed)


def chances(made: room.Refreshed) -> dict[tuple[str, str, str], float]:
    """The chances of a run by model, target and place."""
    table = pl.read_parquet(made.folder / "forecasts.parquet").filter(pl.col("output_type_id") == "yes")
    rows = table.select("model_id", "target", "place_id", "value").iter_rows()
    return {(m, t, p): v for m, t, p, v in rows}


@pytest.mark.parametrize("seed", range(6))
def test_thinned_emptied_late_and_missing_feeds_lower_no_risk(run: Run, clock: FixedClock, seed: int) -> None:
    rng = random.Random(seed)
    first = run("2026-11-23", tables=world({}), evidence=small.evidence())
    before = chances(first)
    clock.move(days=1)
    drawn = rng.sample(PLACES, 9)
    emptied, silent, thinned = drawn[:2], drawn[2:4], drawn[4:7]
    gone = set(drawn[7:]) if seed % 2 else set()
    risks = {p: min(r * rng.choice([0.2, 0.9, 1.0, 1.1, 3.0]), 0.3) for p, r in small.RISKS.items() if p not in gone}
    then = "2026-01-01T00:00:00Z"
    late = {"ucdp_ged": {"status": "stale", "last_good": then, "retrieved_at": then}}
    missing = {"vdem": {"status": "missing", "rows": 0, "newest": "2024"}} if seed % 3 else {}
    second = run(
        "2026-11-24",
        tables=world({**dict.fromkeys(emptied, 0), **dict.fromkeys(silent)}, **late, **missing),
        evidence=small.evidence(risks, dict.fromkeys(thinned, rng.randint(0, 29))),
    )
    after = chances(second)
    known_less = {*emptied, *silent, *thinned, *gone}
    lowered = [k for k in before if k[2] in known_less and after.get(k, -1.0) < before[k]]
    assert lowered == []
    # What is known as before may fall: the law is about absence, and holds nothing up that figures speak for.
    fell = [p for p, r in risks.items() if p not in known_less and r < small.RISKS[p]]
    assert all(after["onset_v1", "mass_killing_onset", p] < before["onset_v1", "mass_killing_onset", p] for p in fell)
    held = {p for (m, _, p), v in after.items() if m == "onset_v1" and p in known_less and v > risks.get(p, -1.0)}
    coverage = pl.read_parquet(second.folder / "coverage.parquet")
    assert coverage.filter(pl.col("place_id").is_in(held))["stale"].all(), "what is held is marked"


def test_a_dark_place_is_told_of_in_the_run(run: Run) -> None:
    made = run("2026-11-23", tables=world({"TCD": 0}), evidence=small.evidence())
    [quiet] = json.loads((made.folder / "run.json").read_bytes())["quiet"]
    assert (quiet["place_id"], quiet["since"]) == ("TCD", "2024-12")
    assert "0 events a month from 2024-11 to 2024-12, against 10" in quiet["said"]


def test_a_place_that_stays_dark_stays_told_and_held_until_its_reports_are_back(run: Run, clock: FixedClock) -> None:
    """After half a year its own middle month is dark too, and the fall is gone from the figures: not the dark."""
    burning = dict.fromkeys(((p, m) for p in PLACES for m in MONTHS), BURNING)

    def told(reports: dict[str, int | None], day: str) -> tuple[list[dict[str, Any]], room.Refreshed]:
        listed = [small.source(s, release=day) for s in ("facts_mass_killing", "ucdp_ged", "vdem")]
        tables = small.tables({**burning, **{("TCD", m): n for m, n in reports.items()}}, sources=listed)
        made = run(day, tables=tables, evidence=small.evidence({p: r * 0.6 for p, r in small.RISKS.items()}))
        return json.loads((made.folder / "run.json").read_bytes())["quiet"], made

    before = chances(run("2026-11-22", tables=small.tables(burning), evidence=small.evidence()))
    clock.move(days=1)
    dark: dict[str, int | None] = dict.fromkeys(MONTHS[-12:], 0)
    [quiet], made = told(dark, "2026-11-23")
    assert (quiet["place_id"], quiet["since"], quiet["dark"]) == ("TCD", "2024-02", "2024-01")
    assert quiet["said"].endswith("and not back by 2024-12")
    assert all(chances(made)[k] >= v for k, v in before.items() if k[2] == "TCD")
    clock.move(days=1)
    [still], made = told({**dark, MONTHS[-2]: 3, MONTHS[-1]: 6}, "2026-11-24")
    assert still["place_id"] == "TCD", "nine of the twenty events there used to be in two months are not half"
    clock.move(days=1)
    unknown, _ = told({**dark, MONTHS[-2]: None, MONTHS[-1]: None}, "2026-11-25")
    assert [q["place_id"] for q in unknown] == ["TCD"], "months without a figure end no silence"
    clock.move(days=1)
    back, made = told({**dark, MONTHS[-2]: 4, MONTHS[-1]: 6}, "2026-11-26")
    assert back == [] and chances(made)["onset_v1", "mass_killing_onset", "TCD"] == pytest.approx(0.13 * 0.6)


def test_a_tripwire_that_is_not_armed_releases_nothing(
    run: Run, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("2026-11-23", tables=world({"TCD": 0}), evidence=small.evidence())
    clock.move(days=1)
    state = warn.armed.state
    monkeypatch.setattr(warn.armed, "state", lambda ctx, t: None if t.kind == "collapse" else state(ctx, t))
    made = run("2026-11-24", tables=world({}), evidence=small.evidence({p: r * 0.6 for p, r in small.RISKS.items()}))
    info = json.loads((made.folder / "run.json").read_bytes())
    assert [q["place_id"] for q in info["quiet"]] == ["TCD"]
    assert {h["place_id"] for h in info["held"]} == {"TCD"}
