"""Replace every named officer, and no duty is orphaned (M38)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from response.docket.desk import by, warning
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import handover
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.orphans import orphans
from tocsin.response.register import contacts, duty, people, rota, situations, succession
from tocsin.response.register.models import Contact, LedgerEntry, Person, Shift

NAMES = ["ada", "ben", "cleo", "dan", "eve"]
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
POSTS = [p.id for p in directive.current().posts]


def crew(ctx: Context, held: dict[str, str]) -> dict[str, Person]:
    people.ensure_operator(ctx)
    named = {name: people.add(ctx, name, name.title(), by("operator")) for name in NAMES}
    for post, name in sorted(held.items()):
        people.hold(ctx, post, named[name], by("operator"))
    return named


def plan(ctx: Context, named: dict[str, Person], post: str, name: str, start: int) -> None:
    since = ctx.now() + timedelta(hours=8 * start)
    if rota.may_stand(named[name], post):
        free = not any(s.starts_at == since for s in duty.shifts_of(post))
        if free:
            rota.plan(ctx, post, named[name], starts=since, ends=since + timedelta(hours=8), actor=by("operator"))


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25)
@given(
    held=st.dictionaries(st.sampled_from(POSTS), st.sampled_from(NAMES), max_size=9),
    shifts=st.lists(
        st.tuples(st.sampled_from(POSTS), st.sampled_from(NAMES), st.integers(0, 5)), max_size=8, unique_by=lambda s: s
    ),
    order=st.permutations(NAMES),
    heirs=st.lists(st.one_of(st.none(), st.sampled_from(NAMES)), min_size=5, max_size=5),
    pause=st.integers(0, 30),
)
def test_whoever_leaves_in_whatever_order_nothing_is_orphaned(
    held: dict[str, str],
    shifts: list[tuple[str, str, int]],
    order: list[str],
    heirs: list[str | None],
    pause: int,
) -> None:
    from django.db import transaction

    from tocsin.core.clock import FixedClock
    from tocsin.core.settings import Settings

    with transaction.atomic():
        clock = FixedClock(START)
        ctx = Context(settings=Settings(), clock=clock)
        named = crew(ctx, held)
        for shift in shifts:
            plan(ctx, named, *shift)
        for name in NAMES:
            way = {"channel": "email", "address": f"{name}@example.org", "person": named[name]}
            contacts.add(ctx, by("operator"), office="headquarters", **way)
        planned = Shift.objects.count()
        for name, heir in zip(order, heirs, strict=True):
            clock.move(hours=pause / 10)
            to = named[heir] if heir and heir != name and Person.objects.get(username=heir).is_active else None
            succession.leave(ctx, named[name], by("operator"), to=to)
            assert orphans(ctx) == []
        assert not Person.objects.filter(is_active=True).exclude(username="operator").exists()
        assert all(people.holders(post) for post in POSTS)
        assert Shift.objects.count() >= planned, "who was on duty until then stays in the record"
        assert not Contact.objects.filter(retired_at=None).exists()
        assert LedgerEntry.objects.filter(kind="person.left").count() == len(NAMES)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_every_named_officer_is_replaced_and_a_pack_is_made(ctx: Context, clock: FixedClock) -> None:
    """M38: the handover pack is generated and no duty is orphaned."""
    named = crew(ctx, {"desk_officer": "ada", "joint_office": "ben", "principal": "cleo"})
    item = receive(ctx, warning(ctx, "SDN", "alert"), "as of today")
    situations.assign(ctx, "SDN", "prevention", "desk_officer", by("deputies"))
    plan(ctx, named, "desk_officer", "ada", 0)
    plan(ctx, named, "desk_officer", "ada", 2)
    clock.move(hours=1)
    pack = handover.pack(ctx, named["ada"])
    [post] = pack["posts"]
    assert [i["number"] for i in post["items"]] == [item.pk]
    assert post["tracks"] == [{"place_id": "SDN", "name": "Sudan", "track": "prevention"}]
    assert "Sudan" in handover.as_markdown(pack)
    left = succession.leave(ctx, named["ada"], by("operator"))
    assert left.posts == {"desk_officer": "ben"}, "its deputy takes over"
    assert duty.on_duty("desk_officer", ctx.now()) == named["ben"]
    assert [s["to"] for s in left.shifts] == ["ben", "ben"]
    item.refresh_from_db()
    assert (item.owner_post, people.holders("desk_officer")) == ("desk_officer", [named["ben"]])
    left = succession.leave(ctx, named["cleo"], by("operator"), to=named["dan"])
    assert left.posts == {"principal": "dan"}
    left = succession.leave(ctx, named["dan"], by("operator"))
    assert left.posts == {"principal": "operator"}, "with no deputy's holder the operator stands in"
    assert orphans(ctx) == []
    with pytest.raises(Refused, match="has left already"):
        succession.leave(ctx, named["dan"], by("operator"))
    with pytest.raises(Refused, match="has left"):
        people.hold(ctx, "analyst", Person.objects.get(username="dan"), by("operator"))
    succession.come_back(ctx, named["dan"], by("operator"))
    assert people.posts_of(named["dan"]) == []


@pytest.mark.django_db
def test_who_may_not_and_what_cannot(ctx: Context) -> None:
    named = crew(ctx, {"desk_officer": "ada"})
    with pytest.raises(Refused, match="Only the operator"):
        succession.leave(ctx, named["ada"], by("principal"))
    with pytest.raises(Misuse, match="does not hold principal"):
        succession.leave(ctx, named["ada"], by("operator"), to={"principal": named["ben"]})
    with pytest.raises(Refused, match="cannot leave"):
        succession.leave(ctx, Person.objects.get(username="operator"), by("operator"))
    with pytest.raises(Refused, match="cannot take over"):
        succession.leave(ctx, named["ada"], by("operator"), to=named["ada"])
