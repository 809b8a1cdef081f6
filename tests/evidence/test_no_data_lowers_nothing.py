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
