"""The story of a seal: armed before the period it judges, scored by itself, and a broken promise opens a question."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from tests.response.docket.desk import Run

from tocsin.catalog.tripwires import all_tripwires, get
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.evidence import armed
from tocsin.response.docket import acts
from tocsin.response.docket.acts.promises import judged
from tocsin.response.docket.models import Item, Warning
from tocsin.response.register import seals
from tocsin.response.register.models import LedgerEntry
from tocsin.tripwires.judge import judge

pytestmark = pytest.mark.django_db(transaction=True)
READ = {"forecast": "2024", "event": "2026-02"}


def run(ctx: Context, read: dict[str, str] = READ, fired: int = 0, **armed_otherwise: Any) -> Run:
    """A run of today: every tripwire as it is armed in this home, ``fired`` firings of forecast_level."""
    used = [
        {**armed.used(t, armed_otherwise.get(t.id, armed.state(ctx, t))), "read_to": read.get(t.kind)}
        for t in all_tripwires().values()
        if t.looks_in_runs
    ]
    day = ctx.now().date().isoformat()
    cut = [
        {"tripwire_id": "forecast_level", "version": 1, "place_id": f"P{i:02d}", "period": read["forecast"]}
        for i in range(fired)
    ]
    return Run(f"{day}-aaaaaaaaaa", [], cut=cut, info={"as_of": day, "tripwires": used})


def bodies() -> list[dict[str, Any]]:
    entries = LedgerEntry.objects.filter(kind=seals.KIND).select_related("opened").order_by("seq")
    return [json.loads(e.opened.body) for e in entries]


class Runs:
    """The runs of a home, kept in memory: what ``register.runs`` would find there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[Run] = []
        monkeypatch.setattr("tocsin.response.docket.acts.promises._runs", lambda _ctx: self.made)

    def take(self, ctx: Context, made: Run) -> None:
        self.made.append(made)
        acts.take_run(ctx, made)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


def test_the_first_run_seals_what_is_shipped_before_anything_is_judged(ctx: Context, home: Runs) -> None:
    home.take(ctx, run(ctx, fired=30))
    said = {b["tripwire_id"]: b for b in bodies()}
    assert set(said) == {t.id for t in all_tripwires().values() if t.looks_in_runs}
    level = said["forecast_level"]
    assert (level["sealed_at"], level["judged_from"]) == ("2026-11-23T12:00:00Z", "2026-11-24")
    assert level["by"] is None
    assert level["promise"]["firings_per_year"] == "2.75"
    assert level["rule_sha256"] == get("forecast_level").digest()
    # What stood over the mark on the first day was not foretold by anybody: it is not held against the promise.
    told = {t["tripwire_id"]: t for t in judged(ctx)}
    assert told["forecast_level"]["firings"] == 0
    assert Item.objects.count() == 0


def test_taking_more_runs_seals_nothing_twice(ctx: Context, clock: FixedClock, home: Runs) -> None:
    for _ in range(3):
        home.take(ctx, run(ctx))
        clock.move(days=30)
    assert len(bodies()) == sum(t.looks_in_runs for t in all_tripwires().values())


def test_a_rate_far_over_the_promise_opens_one_question_and_no_second(
    ctx: Context, clock: FixedClock, home: Runs
) -> None:
    home.take(ctx, run(ctx))
    for base in range(2025, 2029):
        clock.move(days=365)
        home.take(ctx, run(ctx, {"forecast": str(base), "event": f"{base + 1}-02"}, fired=15))
    [warning] = Warning.objects.filter(source_id="forecast_level")
    assert warning.warning_id == "broken_promise.v1.forecast_level.2026-11-24.more"
    assert (warning.kind, warning.level) == ("promise", "watch")
    # The others read four years of figures and did not fire once: deaf is a broken promise too.
    others = Warning.objects.exclude(pk=warning.pk)
    assert {w.warning_id.rsplit(".", 1)[1] for w in others} == {"fewer"}
    assert {w.source_id for w in others} == {"event_one_sided", "forecast_level_further", "forecast_rise"}
    [item] = Item.objects.filter(source_id="forecast_level")
    assert "broke its promise" in item.question
    assert LedgerEntry.objects.filter(kind="item.opened", item=item.pk).exists()


def test_a_threshold_changed_behind_the_ledger_s_back_is_a_warning_and_no_new_seal(
    ctx: Context, clock: FixedClock, home: Runs
) -> None:
    home.take(ctx, run(ctx))
    clock.move(days=1)
    level = get("forecast_level")
    shipped = armed.state(ctx, level)
    assert shipped
    armed.arm(ctx, level, {**shipped["backtest"], "threshold": 0.9}, "analyst")
    home.take(ctx, run(ctx))
    assert [w.warning_id for w in Warning.objects.all()] == ["broken_promise.v1.forecast_level.2026-11-24.seal"]
    assert len(bodies()) == sum(t.looks_in_runs for t in all_tripwires().values()), (
        "nobody armed it: nothing is sealed anew"
    )
    (ctx.settings.home / "armed" / "forecast_level.json").unlink()
    clock.move(days=1)
    home.take(ctx, run(ctx))
    assert {t["tripwire_id"]: t["broken"] for t in judged(ctx)}["forecast_level"] == []


def test_deleting_what_a_person_armed_is_found_out(ctx: Context, clock: FixedClock, home: Runs) -> None:
    from django.db import transaction

    home.take(ctx, run(ctx))
    level = get("forecast_level")
    state = armed.state(ctx, level)
    assert state
    said = armed.arm(ctx, level, {**state["backtest"], "threshold": 0.04}, "analyst")
    with transaction.atomic():
        seals.enter_seal(ctx, {**armed.used(level, said), "read_to": "2024"}, by={"post": "analyst"})
    clock.move(days=1)
    home.take(ctx, run(ctx))
    assert not Warning.objects.exists()
    (ctx.settings.home / "armed" / "forecast_level.json").unlink()
    clock.move(days=1)
    home.take(ctx, run(ctx))
    assert [w.warning_id.rsplit(".", 1)[1] for w in Warning.objects.all()] == ["seal"]


def test_a_new_release_of_what_is_shipped_is_sealed_anew_and_the_old_promise_ends(
    ctx: Context, clock: FixedClock, home: Runs
) -> None:
    level = get("forecast_level")
    state = armed.state(ctx, level)
    assert state
    old = {**state, "backtest": {**state["backtest"], "firings": 40}}
    home.take(ctx, run(ctx, forecast_level=old))
    clock.move(days=10)
    home.take(ctx, run(ctx))
    mine = [s for s in seals.seals() if s.tripwire_id == "forecast_level"]
    assert [s.until for s in mine] == [date(2026, 12, 4), None]
    assert [s.promise["firings"] for s in mine] == ["40", "44"]
    clock.move(days=1)
    home.take(ctx, run(ctx))
    assert not Warning.objects.exists()


def test_every_seal_is_in_the_log_before_the_day_it_is_judged_from(ctx: Context, clock: FixedClock, home: Runs) -> None:
    for _ in range(4):
        home.take(ctx, run(ctx))
        clock.move(hours=23)
    for sealed in seals.seals():
        assert sealed.sealed_at.date() < sealed.judged_from
        late = judge(get(sealed.tripwire_id), _backdated(sealed), [])
        assert [b["cause"] for b in late["broken"]] == ["late"]


def _backdated(sealed: Any) -> Any:
    from dataclasses import replace

    return replace(sealed, judged_from=sealed.judged_from - timedelta(days=40))


def test_a_look_back_and_a_run_from_before_seals_change_nothing(ctx: Context, home: Runs) -> None:
    home.take(ctx, Run("2026-11-22-a", [], info={"as_of": "2026-11-22"}))
    assert bodies() == []
    assert judged(ctx) == []
    home.take(ctx, run(ctx))
    sealed = len(bodies())
    back = run(ctx)
    acts.take_run(ctx, Run("2020-01-01-a", [], info={**back.info, "as_of": "2020-01-01"}))
    assert len(bodies()) == sealed
