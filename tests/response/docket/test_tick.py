"""``tick``: once after a month gives the same rows as once an hour, whatever people did in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from response.docket.desk import Run, by, in_days, keys_from_one, rows, warning, weighed
from tocsin.core.clock import FixedClock, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import TocsinError
from tocsin.core.settings import Settings
from tocsin.response.docket import acts, ladder
from tocsin.response.docket.models import Commitment, Item
from tocsin.response.docket.tick import tick

START = parse_time("2026-11-23T12:00:00Z")
Act = Callable[[Context], Any]


def first(ctx: Context) -> int:
    return Item.objects.order_by("id").values_list("pk", flat=True)[0]


ACTS: dict[str, Act] = {
    "ack desk": lambda ctx: acts.acknowledge(ctx, first(ctx), by("desk_officer")),
    "ack principal": lambda ctx: acts.acknowledge(ctx, first(ctx), by("principal")),
    "act": lambda ctx: acts.decide(
        ctx,
        first(ctx),
        by("principal"),
        kind="act",
        reasons="W1: two readers confirm it",
        options=["D01", "D03"],
        review_on=in_days(ctx, 6),
        **weighed(first(ctx)),
    ),
    "decline": lambda ctx: acts.decide(
        ctx,
        first(ctx),
        by("principal"),
        kind="decline",
        reasons="W1: two readers confirm it",
        review_on=in_days(ctx, 6),
        **weighed(first(ctx), decline=True),
    ),
    "defer": lambda ctx: acts.decide(
        ctx,
        first(ctx),
        by("desk_officer"),
        kind="defer",
        reasons="W1: two readers confirm it",
        defer_to=in_days(ctx, 4),
    ),
    "done": lambda ctx: acts.complete(ctx, Commitment.objects.filter(done_at=None)[0].pk, by("principal"), "Cable"),
    "bell": lambda ctx: acts.ring_bell(ctx, "SDN", "Convoys", by("analyst")),
    "emergency": lambda ctx: acts.take_run(
        ctx, Run(f"r{ctx.now()}", [warning(ctx, level="emergency", period=str(ctx.now()))])
    ),
}


def live(home: Path, script: list[tuple[int, str]], ticks: set[int], level: str) -> dict[str, Any]:
    """Live through 40 days hour by hour, acting and ticking at the hours named; return every row, and undo it all."""
    clock = FixedClock(START)
    ctx = Context(settings=Settings(home=home), clock=clock)
    with transaction.atomic():
        keys_from_one()
        acts.take_run(ctx, Run("r1", [warning(ctx, level=level), warning(ctx, "MMR", level="watch")]))
        events = sorted({*ticks, *(hour for hour, _ in script), 24 * 40})
        for hour in events:
            clock.at = START + timedelta(hours=hour)
            for at, name in script:
                if at == hour:
                    try:
                        with transaction.atomic():
                            ACTS[name](ctx)
                    except (TocsinError, IndexError):
                        # A refusal rolls the settling back here; the next tick settles the same dues again.
                        pass
            if hour in ticks or hour == 24 * 40:
                tick(ctx)
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    script=st.lists(st.tuples(st.integers(1, 900), st.sampled_from(sorted(ACTS))), max_size=5),
    ticks=st.sets(st.integers(1, 959), max_size=8),
    level=st.sampled_from(["watch", "alert", "emergency"]),
)
def test_ticking_often_and_ticking_once_give_the_same_rows(
    tmp_path: Path, script: list[tuple[int, str]], ticks: set[int], level: str
) -> None:
    once = live(tmp_path / "once", sorted(script), set(), level)
    often = live(tmp_path / "often", sorted(script), ticks, level)
    for table in once:
        assert once[table] == often[table], table


@pytest.mark.django_db
def test_every_six_hours_for_forty_days(tmp_path: Path) -> None:
    script = [(30, "ack desk"), (200, "bell"), (300, "defer"), (470, "act"), (500, "done")]
    assert live(tmp_path / "a", script, set(range(0, 960, 6)), "alert") == live(tmp_path / "b", script, set(), "alert")


@pytest.mark.django_db
def test_a_tick_that_runs_out_nothing_says_so(ctx: Context) -> None:
    acts.ring_bell(ctx, "SDN", "Convoys", by("analyst"))
    tick(ctx)
    done = tick(ctx)
    assert (done.moved, done.lapses, done.messages, done.waiting) == ([], [], 0, 0)


@pytest.mark.django_db
def test_the_comparison_would_notice_clocks_that_start_when_somebody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test can fail: rungs entered at the moment of the tick instead of at the due before."""
    plain = ladder._enter

    def late(sheet: Any, case: Any, tier: int, entered: Any, why: str, **more: Any) -> Any:
        return plain(sheet, case, tier, sheet.ctx.now(), why, **more)

    monkeypatch.setattr(ladder, "_enter", late)
    assert live(tmp_path / "a", [], set(range(0, 960, 24)), "alert") != live(tmp_path / "b", [], set(), "alert")
