"""What every connector promises: it fetches from its publisher, and no fault of publisher or line ends in success.

A new connector is tested by being there: its ``live:`` section, its ``fetch.py`` and its module in
``tests/fakes/publishers``.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.fakes.publishers import FAULTS, Publisher, ask, ready, simulated

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.settings import Settings
from tocsin.evidence.fetch import Fetched
from tocsin.evidence.sources import live_ids, spec
from tocsin.evidence.sources.spec import sample_folder
from tocsin.evidence.store import good, snapshot
from tocsin.evidence.store.merge import KEYS

CONNECTORS = live_ids()
MOST_SAMPLE_BYTES = 8_192


def test_every_connector_has_a_publisher_here_and_no_publisher_is_left_over() -> None:
    assert simulated() == list(CONNECTORS)


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_says_where_it_is_documented_and_brings_a_small_sample(source_id: str) -> None:
    live = spec(source_id).live
    assert live is not None
    assert live.documentation.startswith("https://")
    files = [p for p in sample_folder(source_id).rglob("*") if p.is_file()]
    assert files
    assert max(p.stat().st_size for p in files) <= MOST_SAMPLE_BYTES


def in_force(ctx: Context, source_id: str) -> dict[str, pl.DataFrame]:
    """The tables in force: loaded, else bundled."""
    declared = spec(source_id)
    held = good.as_of(ctx.settings.store, source_id, ctx.now().date())
    if held:
        return {t: good.table(held, t) for t in held["tables"]}
    bundled = snapshot.index()[source_id]["tables"] if declared.figures else {}
    return {t: snapshot.table(source_id, t) for t in bundled}


def lowered(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> list[str]:
    """Tables that lost rows, or in which a figure that stood is lower or gone."""
    worse = []
    for name, old in before.items():
        new, keys = after[name], KEYS.get(name, [])
        figures = [c for c in old.columns if old[c].dtype in (pl.Int64, pl.Float64)] if keys else []
        both = old.join(new, on=keys, how="left", suffix="_new") if keys else old
        if new.height < old.height or any((both[f] > both[f"{f}_new"].fill_null(-1)).any() for f in figures):
            worse.append(name)
    return worse


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_fetches_and_then_has_nothing_new(source_id: str, ctx: Context) -> None:
    with Publisher(source_id) as publisher:
        ready(ctx, publisher)
        first = ask(ctx, publisher)
        assert first.loads
        assert first.outcome == "new", first.said
        holds = in_force(ctx, source_id)
        again = ask(ctx, publisher)
        assert again.ok, again.said
        assert not lowered(holds, in_force(ctx, source_id))


@pytest.mark.parametrize("source_id", CONNECTORS)
def test_no_fault_ends_in_success_or_lowers_what_is_in_force(source_id: str, tmp_path: Path, clock: FixedClock) -> None:
    with Publisher(source_id) as publisher:
        exempt: dict[str, str] = getattr(publisher.module, "EXEMPT", {})
        assert set(exempt) <= set(FAULTS)
        assert all(len(why.split()) > 3 for why in exempt.values())
        succeeded = {}
        for name in sorted(set(FAULTS) - set(exempt)):
            ctx = Context(settings=Settings(home=tmp_path / name), clock=clock)
            ready(ctx, publisher)
            before = in_force(ctx, source_id)
            publisher.fault(name)
            fetched = _fetched(ctx, publisher)
            happened = publisher.happened
            publisher.mend()
            assert happened, f"{name} never happened: say in EXEMPT why it cannot"
            if fetched is None or fetched.ok:
                succeeded[name] = fetched and fetched.said
                continue
            assert len(fetched.said.split()) >= 3, name
            assert not lowered(before, in_force(ctx, source_id)), name
    assert not succeeded


def _fetched(ctx: Context, publisher: Publisher) -> Fetched | None:
    try:
        return ask(ctx, publisher, max_seconds=0.3)
    except Refused:
        return None
