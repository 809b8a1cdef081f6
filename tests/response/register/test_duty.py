"""Who is on duty and whom a message reaches (M32): gaps are shown, handovers are accepted, clocks may change."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from response.docket.desk import by
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import contacts, duty, people, rota
from tocsin.response.register.models import LedgerEntry, Person, Shift

pytestmark = pytest.mark.django_db

ZONES = ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Africa/Khartoum", "Asia/Kathmandu", "UTC"]


@pytest.fixture
def crew(ctx: Context) -> dict[str, Person]:
    """Ada holds the desk, Ben its deputy's post, Cleo the mission; the operator stands in for the rest."""
    people.ensure_operator(ctx)
    named = {name: people.add(ctx, name, name.title(), by("operator")) for name in ("ada", "ben", "cleo")}
    for post, name in (("desk_officer", "ada"), ("joint_office", "ben"), ("mission_head", "cleo")):
        people.hold(ctx, post, named[name], by("operator"))
    return named


def hours(ctx: Context, start: float, length: float) -> dict[str, datetime]:
    since = ctx.now() + timedelta(hours=start)
    return {"starts": since, "ends": since + timedelta(hours=length)}


def test_a_handover_that_is_not_accepted_leaves_duty_with_the_outgoing(
    ctx: Context, clock: FixedClock, crew: dict[str, Person]
) -> None:
    rota.plan(ctx, "desk_officer", crew["ada"], **hours(ctx, 0, 12), actor=by("operator"))
    night = rota.plan(ctx, "desk_officer", crew["ben"], **hours(ctx, 12, 12), actor=by("desk_officer"))
    rota.note(ctx, night.pk, "Convoys reported at noon; the mission will call at 22:00.", by("desk_officer"))
    assert duty.on_duty("desk_officer", ctx.now()) == crew["ada"]
    clock.move(hours=13)
    assert duty.on_duty("desk_officer", ctx.now()) == crew["ada"]
    [(still, should)] = rota.pending(ctx.now())
    assert (still.person, should.person) == (crew["ada"], crew["ben"])
    signed = people.Actor("joint_office", crew["cleo"], "desk")
    with pytest.raises(Refused, match="does not hold"):
        rota.accept(ctx, night.pk, signed)
    rota.accept(ctx, night.pk, by("joint_office"))
    assert duty.on_duty("desk_officer", ctx.now()) == crew["ben"]
    assert duty.on_duty("desk_officer", ctx.now() - timedelta(minutes=1)) == crew["ada"]
    assert rota.pending(ctx.now()) == []
    with pytest.raises(Refused, match="taken over"):
        rota.note(ctx, night.pk, "Too late.", by("desk_officer"))
    clock.move(hours=12)
    assert duty.on_duty("desk_officer", ctx.now()) is None, "after the last shift there is a gap"
    made = set(LedgerEntry.objects.filter(kind__startswith="shift.").values_list("kind", flat=True))
    assert made == {"shift.planned", "shift.noted", "shift.accepted"}


def test_gaps_are_named_and_a_message_falls_back(ctx: Context, clock: FixedClock, crew: dict[str, Person]) -> None:
    rota.plan(ctx, "desk_officer", crew["ben"], **hours(ctx, 0, 6), actor=by("operator"))
    [gap] = duty.gaps("desk_officer", ctx.now(), 1)
    assert (gap.start - ctx.now(), gap.end - ctx.now()) == (timedelta(hours=6), timedelta(days=1))
    assert duty.gaps("principal", ctx.now(), 1) == [], "a post without a rota has no gaps: its holder answers"
    for name, _post in (("ada", "desk_officer"), ("ben", "joint_office")):
        way = {"channel": "email", "address": f"{name}@example.org", "person": crew[name]}
        contacts.add(ctx, by("operator"), office="headquarters", **way)
    contacts.add(ctx, by("operator"), office="headquarters", channel="sms", address="+41791234567")
    assert [w.address for w in duty.told("desk_officer", ctx.now())] == [
        "ben@example.org", "ada@example.org", "+41791234567", "desk_officer",
    ]  # fmt: skip
    clock.move(hours=7)
    ways = duty.told("desk_officer", ctx.now())
    assert [w.address for w in ways] == ["ada@example.org", "ben@example.org", "+41791234567", "desk_officer"]
    assert [w.person for w in ways] == [crew["ada"], crew["ben"], None, None]
    assert "deputises" in ways[1].why
    assert ways[-1].channel == duty.PAGE


def test_every_post_is_always_reached_some_way(ctx: Context) -> None:
    from tocsin.catalog import directive

    for post in directive.current().posts:
        assert duty.told(post.id, ctx.now())[-1].channel == duty.PAGE


def test_shifts_of_a_post_may_not_overlap(ctx: Context, clock: FixedClock, crew: dict[str, Person]) -> None:
    first = rota.plan(ctx, "desk_officer", crew["ada"], **hours(ctx, 1, 12), actor=by("operator"))
    with pytest.raises(Refused, match="may not overlap"):
        rota.plan(ctx, "desk_officer", crew["ben"], **hours(ctx, 12, 2), actor=by("operator"))
    rota.cancel(ctx, first.pk, by("operator"))
    rota.plan(ctx, "desk_officer", crew["ben"], **hours(ctx, 12, 2), actor=by("operator"))
    with pytest.raises(Refused, match="would overlap"):
        rota.restore(ctx, first.pk, by("operator"))
    rota.plan(ctx, "mission_head", crew["cleo"], **hours(ctx, 12, 2), actor=by("mission_head"))
    with pytest.raises(Refused, match="neither the post"):
        rota.plan(ctx, "principal", crew["cleo"], **hours(ctx, 12, 2), actor=by("operator"))
    for wrong, said in (((5, -1), "ends after"), ((-9, 2), "in the past"), ((1, 24 * 40), "at most")):
        with pytest.raises(Refused, match=said):
            rota.plan(ctx, "desk_officer", crew["ada"], **hours(ctx, *wrong), actor=by("operator"))
    with pytest.raises(Refused, match="kept by the post"):
        rota.plan(ctx, "principal", crew["cleo"], **hours(ctx, 30, 2), actor=by("analyst"))


@settings(max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    start=st.dates(date(2026, 3, 1), date(2027, 11, 20)),
    days=st.integers(1, 60),
    at=st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_days_over_a_change_of_clocks_leave_no_gap_and_no_overlap(zone: str, start: date, days: int, at: time) -> None:
    edges = rota.days_at(start, days, at, zone)
    lengths = [b - a for a, b in itertools.pairwise(edges)]
    assert all(timedelta(hours=22) < length < timedelta(hours=26) for length in lengths)
    local = [e.astimezone(ZoneInfo(zone)) for e in edges]
    assert [m.date() for m in local if (m.hour, m.minute) == (at.hour, at.minute)] or days < 3
    off = [m for m in local if (m.hour, m.minute) != (at.hour, at.minute)]
    assert len(off) <= 2, "only a time that clocks skip is another on that day"


def test_a_day_shift_over_the_autumn_change_lasts_25_hours(
    ctx: Context, clock: FixedClock, crew: dict[str, Person]
) -> None:
    clock.at = datetime(2027, 10, 29, tzinfo=UTC)
    made = rota.fill(
        ctx, "mission_head", [crew["cleo"]], start=date(2027, 10, 30), days=3, at=time(8), actor=by("operator")
    )
    zone = rota.zone_of_post("mission_head")
    assert {s.starts_at.astimezone(ZoneInfo(zone)).hour for s in made} == {8}
    assert all(a.ends_at == b.starts_at for a, b in itertools.pairwise(made))
    edges = rota.days_at(date(2026, 10, 24), 3, time(8), "Europe/Zurich")
    assert [(b - a).total_seconds() / 3600 for a, b in itertools.pairwise(edges)] == [25, 24, 24]


def test_a_time_that_clocks_skip_is_refused(ctx: Context) -> None:
    assert rota.local("2026-10-25T02:30", "Europe/Zurich") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(Misuse, match="clocks skip it"):
        rota.local("2026-03-29T02:30", "Europe/Zurich")
    with pytest.raises(Misuse, match="no time zone"):
        rota.local("2026-03-29T02:30", "Mars/Olympus")
    with pytest.raises(Misuse, match="not a time"):
        rota.local("soon", "UTC")


shift_lists = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 5), st.booleans(), st.booleans()))


@given(plan=shift_lists, at=st.integers(-2, 60))
def test_duty_is_somebody_of_the_rota_and_never_the_incoming_before_they_accept(
    plan: list[tuple[str, int, bool, bool]], at: int
) -> None:
    """Whatever is planned and accepted, one rule says who is on duty, and a gap is a gap."""
    zero, hour = datetime(2026, 11, 23, tzinfo=UTC), 0
    names = {"a": 1, "b": 2, "c": 3}
    shifts = []
    for name, length, gap, accepted in plan:
        hour += 1 if gap else 0
        start = zero + timedelta(hours=hour)
        hour += length
        shifts.append(
            Shift(
                person_id=names[name],
                starts_at=start,
                ends_at=zero + timedelta(hours=hour),
                accepted_at=start if accepted else None,
            )
        )
    moment = zero + timedelta(hours=at)
    shift, waits = duty.standing(shifts, moment)
    covering = [s for s in shifts if s.starts_at <= moment < s.ends_at]
    assert (shift is None) == (not covering)
    if shift is None:
        assert waits is None
    elif waits is not None:
        assert waits is covering[0]
        assert waits.accepted_at is None
        assert shift.starts_at < waits.starts_at
    else:
        assert shift is covering[0]


def test_who_sits_in_a_body_is_reached_with_it(ctx: Context, crew: dict[str, Person]) -> None:
    """M77: a letter to a body reaches its members in person, even when nobody holds the body's own post."""
    people.hold(ctx, "deputy_legal", crew["ben"], by("operator"))
    contacts.add(
        ctx, by("operator"), office="executive", channel="email", address="ben@example.org", person=crew["ben"]
    )
    ways = [(w.channel, w.why.partition(";")[0]) for w in duty.told("deputies", ctx.now())]
    assert ("email", "sits in it as deputy for legal affairs") in ways
