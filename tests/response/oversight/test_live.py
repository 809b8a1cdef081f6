"""An open page folds what came since it was last asked for, and tells what folding everything would tell."""

from __future__ import annotations

import pytest

from response.docket.reports.people import SOFT, at, graded, write
from response.oversight.lived import live as lived
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket.reports import passing
from tocsin.response.oversight import entries, live
from tocsin.response.oversight.scorecard import scorecard
from tocsin.response.oversight.story import stories
from tocsin.response.register import record
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import cli_actor

pytestmark = pytest.mark.django_db


def same(ctx: Context) -> None:
    whole = entries.from_register()
    assert live.open_card(ctx.now()) == scorecard(whole, ctx.now(), open_to_all=True)
    assert live.told() == list(stories(whole.entries).values())


def read() -> int:
    with live.up_to_date() as kept:
        return kept.read


def test_it_is_the_whole_fold_at_every_step_and_costs_the_new_entries_alone(ctx: Context, clock: FixedClock) -> None:
    same(ctx)
    lived(ctx, clock)
    same(ctx)
    receipt = write(ctx)
    for post in ("analyst", "second_reader"):
        graded(ctx, receipt.number, at(ctx, post), factors=["RF7"], severity=2, grade="B2")
    reasons = {1: "Not confirmed by a second source", 2: "Told in another report"}
    passing.send(ctx, receipt.number, at(ctx, "analyst"), text=SOFT, reasons=reasons)
    same(ctx)
    before = read()
    assert read() == before, "nothing came, nothing is read"
    clock.move(minutes=2)
    last = LedgerEntry.objects.count()
    write(ctx, "They came at night and took forty men.", writer="omar")
    same(ctx)
    assert read() - before == LedgerEntry.objects.count() - last


def test_what_was_erased_tells_no_longer(ctx: Context, clock: FixedClock) -> None:
    lived(ctx, clock)
    same(ctx)
    decided = LedgerEntry.objects.filter(kind="item.decided").order_by("seq").first()
    assert decided is not None
    record.erase(ctx, seq=decided.seq, because="It named somebody who is in danger", actor=cli_actor("operator").body())
    same(ctx)
    assert live.open_card(ctx.now())["withheld_bodies"] == 1


def test_a_register_put_back_is_folded_anew(ctx: Context, clock: FixedClock) -> None:
    """Another log of the same database: the entry it was folded to is another one."""
    lived(ctx, clock)
    with live.up_to_date() as kept:
        assert kept.last is not None
        kept.last = (kept.last[0], "0" * 64)
    same(ctx)
    with live.up_to_date() as kept:
        kept.last = (10**9, "0" * 64)
    same(ctx)
