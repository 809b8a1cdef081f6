"""A share of attention is kept for prevention (M23), and in a surge it is not cancelled in silence (M71)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from response.docket.desk import by, in_days, kinds, warning, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, red_digest, upstream
from tocsin.response.docket.acts import surge
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Commitment, Item, Lapse, Message
from tocsin.response.docket.tick import tick
from tocsin.response.register import situations

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "The mission was evacuated this morning."


def at_a_period(clock: FixedClock) -> timedelta:
    """Stand on the first day of a period; return its length."""
    _, end = upstream.period_of(clock.at)
    clock.at = end + timedelta(hours=9)
    return timedelta(days=directive.current().upstream.period_days)


def crisis_acts(ctx: Context, place: str, times: int) -> None:
    """An emergency that is reviewed so many times: attention to a crisis."""
    item = receive(ctx, warning(ctx, place, "emergency", period=f"{ctx.now():%Y%m%d}"), "as of today")
    acts.acknowledge(ctx, item.pk, by("principal"))
    acts.decide(
        ctx, item.pk, by("principal"), kind="decline", reasons="W1: two readers confirm it, others act.",
        review_on=in_days(ctx, 20), **weighed(item.pk, decline=True),
    )  # fmt: skip
    for _ in range(times):
        acts.review(ctx, item.pk, by("principal"), reasons="Looked at again: it stands.", review_on=in_days(ctx, 20))


def test_under_the_floor_for_two_periods_the_named_senior_is_told_once(ctx: Context, clock: FixedClock) -> None:
    """M23."""
    length = at_a_period(clock)
    senior = directive.current().upstream.tell
    crisis_acts(ctx, "COD", 4)
    situations.assign(ctx, "SDN", "prevention", "desk_officer", by("deputies"))
    running, *_ = upstream.measure(ctx)
    assert running.acts == {"upstream": 1, "crisis": 6}
    assert (running.share_pct, running.under, running.finished) == (14, True, False)
    clock.move(days=length.days)
    tick(ctx)
    assert not Message.objects.filter(key__startswith="upstream-").exists(), "one period is not two"
    crisis_acts(ctx, "MMR", 1)
    clock.move(days=length.days)
    for _ in range(2):
        tick(ctx)
    [told] = Message.objects.filter(key__startswith="upstream-")
    assert told.to_post == senior
    assert "14%" in told.body
    assert kinds()["upstream.under_floor"] == 1
    clock.move(days=length.days)
    tick(ctx)
    assert Message.objects.filter(key__startswith="upstream-").count() == 1, "a period without attention has no share"


def test_enough_for_prevention_tells_nobody(ctx: Context, clock: FixedClock) -> None:
    length = at_a_period(clock)
    for _ in range(2):
        crisis_acts(ctx, "COD", 0)
        for place in ("SDN", "MMR"):
            situations.assign(ctx, place, "prevention", "desk_officer", by("deputies"))
        clock.move(days=length.days)
    assert not upstream.notice_due(ctx)
    assert [p.share_pct for p in upstream.measure(ctx, 3)][1:] == [50, 50]


def commitments(ctx: Context) -> tuple[Commitment, Commitment]:
    """A commitment for prevention (D06) and one in the crisis (D08), both of one item."""
    item = receive(ctx, warning(ctx, "SDN", "alert"), "as of today")
    acts.decide(
        ctx, item.pk, by("desk_officer"), kind="act", reasons="W1: two readers confirm it.", options=["D06", "D08"],
        review_on=in_days(ctx, 25), **weighed(item.pk),
    )  # fmt: skip
    one, two = Commitment.objects.get(option_id="D06"), Commitment.objects.get(option_id="D08")
    assert (upstream.is_upstream(one), upstream.is_upstream(two)) == (True, False)
    return one, two


def test_a_commitment_is_cancelled_with_reasons_before_the_line_managers_eyes(ctx: Context, clock: FixedClock) -> None:
    one, _ = commitments(ctx)
    with pytest.raises(Refused, match="with reasons"):
        acts.cancel(ctx, one.pk, by("desk_officer"), reasons="no")
    with pytest.raises(Refused, match="stands above"):
        acts.cancel(ctx, one.pk, by("mission_head"), reasons=WHY)
    asked = acts.cancel(ctx, one.pk, by("desk_officer"), reasons=WHY)
    assert (asked.agreed, asked.needs_post) == (True, "")
    manager = directive.current().post("desk_officer").line_manager
    assert Message.objects.filter(to_post=manager, subject__contains="is cancelled").exists()
    clock.move(days=200)
    tick(ctx)
    assert not Lapse.objects.filter(commitment=one).exists(), "what was cancelled in time does not lapse"
    with pytest.raises(Refused, match="cancelled already"):
        acts.cancel(ctx, one.pk, by("desk_officer"), reasons=WHY)


def test_in_a_surge_prevention_is_not_cancelled_in_silence(ctx: Context, clock: FixedClock) -> None:
    """M71: it waits for the named senior; its clock runs; a refusal leaves it standing; a lapse stays."""
    rules = directive.current()
    one, two = commitments(ctx)
    with pytest.raises(Refused, match="declared and ended by"):
        surge.declare(ctx, by("analyst"), reasons="Two capitals fell within a day.")
    with pytest.raises(Refused, match="lasts 1 to"):
        surge.declare(ctx, by("principal"), reasons="Two capitals fell within a day.", days=rules.surge.cap_days + 1)
    surge.declare(ctx, by("principal"), reasons="Two capitals fell within a day.")
    assert {m.to_post for m in Message.objects.filter(key__startswith="surge-")} == set(rules.surge.tell)
    assert acts.cancel(ctx, two.pk, by("desk_officer"), reasons=WHY).agreed is True, "crisis work needs no senior"
    asked = acts.cancel(ctx, one.pk, by("desk_officer"), reasons=WHY)
    assert (asked.agreed, asked.needs_post) == (None, rules.upstream.tell)
    with pytest.raises(Refused, match="waits for"):
        acts.agree(ctx, one.pk, by("deputies"), yes=True, reasons=WHY)
    acts.agree(ctx, one.pk, by(rules.upstream.tell), yes=False, reasons="It is what keeps the north quiet.")
    acts.cancel(ctx, one.pk, by("desk_officer"), reasons=WHY)
    clock.move(days=60)
    tick(ctx)
    assert Lapse.objects.filter(commitment=one).count() == 1, "while it waits for agreement its clock runs"
    acts.agree(ctx, one.pk, by(rules.upstream.tell), yes=True, reasons="The mission cannot return this year.")
    assert Lapse.objects.filter(commitment=one).count() == 1, "a lapse stays"
    assert surge.standing(ctx) is None, "a surge ends at its cap"
    got = kinds(one.item_id)
    assert (got["commitment.cancel_asked"], got["commitment.cancel_refused"], got["commitment.cancelled"]) == (2, 1, 2)


def test_in_a_surge_the_prevention_track_is_closed_by_the_named_senior_alone(ctx: Context) -> None:
    """M71: tracks are no way around the rule on commitments."""
    senior = directive.current().upstream.tell
    other = next(p for p in ("principal", "deputies") if p != senior)
    surge.declare(ctx, by("deputies"), reasons="Two capitals fell within a day.")
    with pytest.raises(Refused, match=f"prevention track is closed by {senior} alone.*Ask {senior}"):
        acts.close_track(ctx, "SDN", "prevention", by(other), reasons=WHY)
    assert situations.tracks("SDN")[0]["state"] == "open"
    assert not kinds()["track.closed"], "a refusal writes nothing"
    acts.close_track(ctx, "SDN", "response", by(other), reasons=WHY)
    acts.close_track(ctx, "SDN", "prevention", by(senior), reasons=WHY)
    assert [t["state"] for t in situations.tracks("SDN")] == ["closed", "closed"]
    acts.surge.end(ctx, by("deputies"), reasons="Both are quiet again, by two reports.")
    acts.close_track(ctx, "MMR", "prevention", by(other), reasons=WHY)
    assert situations.tracks("MMR")[0]["state"] == "closed"


def test_a_surge_is_ended_with_reasons(ctx: Context) -> None:
    surge.declare(ctx, by("deputies"), reasons="Two capitals fell within a day.", days=3)
    with pytest.raises(Refused, match="is in force until"):
        surge.declare(ctx, by("deputies"), reasons="Two capitals fell within a day.")
    with pytest.raises(Refused, match="with reasons"):
        surge.end(ctx, by("deputies"), reasons="")
    surge.end(ctx, by("principal"), reasons="Both are quiet again, by two reports.")
    assert surge.standing(ctx) is None
    with pytest.raises(Refused, match="No surge"):
        surge.end(ctx, by("principal"), reasons="Both are quiet again, by two reports.")


def test_what_is_unresolved_at_the_top_levels_is_told_every_day(ctx: Context, clock: FixedClock) -> None:
    """M74: the daily digest of unresolved red items to the top tier, once a day and post."""
    item = receive(ctx, warning(ctx, "COD", "emergency"), "as of today")
    receive(ctx, warning(ctx, "MMR", "watch"), "as of today")
    assert red_digest.write_due(ctx) == 0, "its first day is not over"
    clock.move(days=1)
    assert [red_digest.write_due(ctx), red_digest.write_due(ctx)] == [1, 0]
    told = Message.objects.get(key__startswith="digest-red-")
    assert told.to_post in directive.current().posts_of(directive.current().red_digest.to_tier)
    assert f"Item {item.pk}" in told.body
    assert "Myanmar" not in told.body
    clock.move(days=1)
    assert red_digest.write_due(ctx) == 1
    acts.decide(
        ctx, item.pk, by("principal"), kind="decline", reasons="W1: two readers confirm it, others act.",
        review_on=in_days(ctx, 20), **weighed(item.pk, decline=True),
    )  # fmt: skip
    clock.move(days=1)
    assert red_digest.write_due(ctx) == 0
    assert Item.objects.get(pk=item.pk).state == "declined"
