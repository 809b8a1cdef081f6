"""Silence of feeds in simulated time, for every connector: from a real fetch to the first look that notices."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from tests.fakes.publishers import Publisher, ask, ready

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence import pulse
from tocsin.evidence.fetch import records
from tocsin.evidence.sources import live_ids, spec
from tocsin.response.register import pulse as reading

TICK = timedelta(minutes=1)
"""How often a worker moves the clocks, and with them looks at the feeds."""


def rung(ctx: Context, tripwire: str = "silence_feed") -> list[str]:
    """Look, and return the sources that the tripwire rings for."""
    return [w["source_id"] for w in pulse.take(ctx)["warnings"] if w["tripwire_id"] == tripwire]


def looks(clock: FixedClock, begun: datetime, until: timedelta) -> list[timedelta]:
    """Some of the worker's looks from now to a time after ``begun``: the first, a few between, the last before it."""
    first = clock.now() - begun
    last = first + (until - first - timedelta(microseconds=1)) // TICK * TICK
    return [first + (last - first) // TICK * i // 7 * TICK for i in range(7)] + [last]


@pytest.mark.parametrize(("source_id", "etags"), [*((s, False) for s in live_ids()), ("ipc", True)])
def test_silence_of_every_connector_is_noticed_within_its_cadence_and_grace(
    source_id: str, etags: bool, ctx: Context, clock: FixedClock
) -> None:
    declared = spec(source_id)
    allowed = timedelta(days=declared.cadence_days + declared.grace_days)
    clock.move(days=1)  # all that the samples have is out
    with Publisher(source_id, etags=etags) as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
        [heard] = pulse.signs(ctx)
        begun = heard.last_new or heard.since  # what never came into force is late from the first try
        assert begun is not None
        stood = len(list(ctx.settings.store.glob("*/loads/*")))
        for _ in range(3):  # it answers, and says what it said
            clock.move(seconds=allowed.total_seconds() / 4)
            (ctx.settings.store / "iati" / "next.json").unlink(missing_ok=True)  # the same countries again
            assert ask(ctx, publisher).outcome != "new"
    assert len(list(ctx.settings.store.glob("*/loads/*"))) == stood, "no vintage is made of what was said already"
    clock.move(seconds=17)  # a worker's minute is not the publisher's
    for after in looks(clock, begun, allowed):
        clock.move(seconds=(begun + after - clock.now()).total_seconds())
        assert rung(ctx) == [], f"rang {allowed - after} too early"
    clock.move(seconds=TICK.total_seconds())
    assert rung(ctx) == [source_id]
    noticed = clock.now() - begun
    assert allowed <= noticed < allowed + TICK
    missed = noticed - timedelta(days=declared.cadence_days)  # since the delivery that did not come
    assert missed < allowed + TICK
    told = reading.read(ctx.settings.home)
    assert told is not None
    assert [f["state"] for f in told.silent] == ["silent"]


@pytest.fixture
def tried(ctx: Context) -> object:
    """A function that leaves the record of a try, as the fetcher does."""

    def _tried(outcome: str, source_id: str = "reliefweb", **more: str) -> None:
        now = f"{ctx.now():%Y-%m-%dT%H:%M:%SZ}"
        said = {"said": "it said so", "at": now, "ended": now, "by": "tester"}
        records.write(ctx.settings.store, records.Fetched(source_id, outcome, **(said | more)))  # type: ignore[arg-type]

    return _tried


def test_what_is_kept_by_month_is_heard_from_when_something_came(
    ctx: Context, clock: FixedClock, tried: object
) -> None:
    for _ in range(6):
        tried("new", "gdelt")  # type: ignore[operator]
        clock.move(minutes=15)
    assert rung(ctx) == [], "it brings something every quarter of an hour"
    clock.move(minutes=61)
    first = [w["warning_id"] for w in pulse.take(ctx)["warnings"]]
    assert rung(ctx) == ["gdelt"]
    tried("new", "gdelt")  # type: ignore[operator]
    clock.move(minutes=76)
    again = [w["warning_id"] for w in pulse.take(ctx)["warnings"]]
    assert again and again != first, "a later outage is a warning of its own"


def test_an_empty_answer_rings_until_something_comes(ctx: Context, clock: FixedClock, tried: object) -> None:
    tried("new")  # type: ignore[operator]
    assert rung(ctx, "silence_emptied") == []
    clock.move(minutes=5)
    tried("emptied")  # type: ignore[operator]
    assert rung(ctx, "silence_emptied") == ["reliefweb"]
    clock.move(minutes=5)
    tried("failed", rule="status-500")  # type: ignore[operator]
    assert rung(ctx, "silence_emptied") == ["reliefweb"], "a try that failed says nothing of what is there"
    clock.move(minutes=5)
    tried("unchanged")  # type: ignore[operator]
    assert rung(ctx, "silence_emptied") == []


def test_one_dead_line_is_one_warning(ctx: Context, clock: FixedClock, tried: object) -> None:
    for source_id in ("reliefweb", "iati", "ipc"):
        tried("failed", source_id, rule="unreachable")  # type: ignore[operator]
    clock.move(days=100)
    [warning] = pulse.take(ctx)["warnings"]
    assert warning["source_id"] == "feeds"
    assert "3 feeds are silent for one cause" in warning["summary"]


def test_a_store_that_cannot_be_read_is_a_warning_and_no_calm(ctx: Context, tried: object) -> None:
    tried("new")  # type: ignore[operator]
    [record] = (ctx.settings.store / "reliefweb" / "fetches").glob("*.json")
    record.write_text("{", encoding="utf-8")
    told = pulse.take(ctx)
    assert len(told["unable"]) == len(told["warnings"]) == 3
    assert all("could not be evaluated" in w["summary"] for w in told["warnings"])


def test_what_nobody_fetched_is_no_feed_and_an_altered_pulse_is_told(ctx: Context) -> None:
    from tocsin.core.errors import Damaged

    assert reading.read(ctx.settings.home) is None
    assert pulse.take(ctx)["feeds"] == []
    whole = json.loads(ctx.settings.pulse.read_bytes())
    whole["content"]["feeds"] = [{"state": "heard"}]
    ctx.settings.pulse.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(Damaged, match="not what was written"):
        reading.read(ctx.settings.home)


def test_who_was_asked_and_never_answered_is_not_heard_and_not_late_yet(ctx: Context, tried: object) -> None:
    tried("failed", rule="unreachable")  # type: ignore[operator]
    [row] = pulse.take(ctx)["feeds"]
    told = reading.read(ctx.settings.home)
    assert told is not None
    assert (row["state"], told.silent) == ("unheard", [])
