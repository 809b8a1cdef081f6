"""The back-test of a report tripwire belongs to the rule that stands in the catalogue, and can be made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from response.docket.replay.test_replay import read
from tocsin.catalog import tripwires
from tocsin.response.docket.replay.backtest import backtest

REPORT = [t for t in tripwires.all_tripwires().values() if t.kind == "report"]


@pytest.mark.parametrize("tripwire", REPORT, ids=lambda t: t.id)
def test_each_ships_the_back_test_of_this_very_rule(tripwire: tripwires.Tripwire) -> None:
    shipped = tripwires.shipped_backtest(tripwire)
    assert shipped is not None, "run benchmarks/replays.py --write: the rule has changed since"
    assert shipped["caveats"]
    assert shipped["noise_items"] * shipped["noise_seeds"] >= 3000


@pytest.mark.parametrize("tripwire", REPORT, ids=lambda t: t.id)
def test_hits_and_misses_come_out_again(tripwire: tripwires.Tripwire, shared: Path) -> None:
    if not (shared / "replays").is_dir():
        pytest.skip("the replays are not beside the checkout (../shared)")
    chains, rows = read(shared / "replays")
    shipped = tripwires.shipped_backtest(tripwire)
    assert shipped is not None
    again = backtest(tripwire, chains, rows, noise=1, seeds=[0])
    assert {k: again[k] for k in ("hits", "misses", "false_alarms", "alarms")} == {
        k: shipped[k] for k in ("hits", "misses", "false_alarms", "alarms")
    }
