"""Offices are asked to answer; silence makes one stale, opens a question and asks for a successor (M24, M78)."""

from __future__ import annotations

import pytest

from response.docket.desk import by, kinds
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import letters, pings
from tocsin.response.docket.models import Item, Message
from tocsin.response.docket.tick import tick
from tocsin.response.register import people
from tocsin.response.register.models import Ping

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_silent_office_is_stale_and_a_successor_is_asked_for(ctx: Context, clock: FixedClock) -> None:
    """M24: ping all; who does not answer in its days turns stale and a successor is requested."""
    people.ensure_operator(ctx)
    offices = [o.id for o in directive.current().offices]
    for office in offices:
        pings.ping(ctx, office, by("operator"))
    for office in offices:
        if office != "field":
            post = pings.posts_of(office)[0]
            pings.answer(ctx, office, by(post))
    asked = {m.to_post for m in Message.objects.filter(key__startswith="ping-")}
    assert set(pings.posts_of("field")) <= asked
    before = Message.objects.count()
    clock.move(days=directive.current().office("field").answer_days)
    tick(ctx)
    assert Ping.objects.get(office="field").stale_at is None, "its last day is not over"
    clock.move(days=1)
    tick(ctx)
    stale = Ping.objects.get(office="field")
    assert stale.stale_at == ctx.now()
    assert Ping.objects.exclude(office="field").filter(stale_at=None).count() == len(offices) - 1
    item = Item.objects.get(source_id="field")
    assert (item.level, item.tier, letters.about(item)) == ("watch", 1, directive.current().office("field").name)
    assert "silence of the office" in item.question
    new = Message.objects.order_by("id")[before:]
    successors = [m for m in new if "name a successor" in m.subject]
    assert {m.to_post for m in successors} == set(pings.managers_of("field"))
    assert not {m.to_post for m in new} & set(pings.posts_of("field")), "its silence leads to no word to itself"
    for _ in range(3):
        tick(ctx)
        clock.move(days=1)
    assert Item.objects.filter(source_id="field").count() == 1
    assert kinds()["office.stale"] == 1
    silent = set(pings.posts_of("field"))
    assert not Message.objects.filter(item=item, to_post__in=silent).exists(), "nor when the ladder carries it"


def test_answering_late_makes_it_fresh(ctx: Context, clock: FixedClock) -> None:
    pings.ping(ctx, "field", by("operator"))
    with pytest.raises(Refused, match="has not answered yet"):
        pings.ping(ctx, "field", by("operator"))
    clock.move(days=30)
    tick(ctx)
    with pytest.raises(Refused, match="does not sit in"):
        pings.answer(ctx, "field", by("principal"))
    pings.answer(ctx, "field", by("mission_head"))
    assert Ping.objects.get().answered_at == ctx.now()
    assert Message.objects.filter(key__contains=".fresh").count() == len(pings.managers_of("field"))
    with pytest.raises(Refused, match="was not asked, or has answered"):
        pings.answer(ctx, "field", by("mission_head"))
    with pytest.raises(Misuse, match="no office"):
        pings.ping(ctx, "moon", by("operator"))
    pings.ping(ctx, "field", by("desk_officer"))


def test_every_office_with_people_is_asked_at_its_interval(ctx: Context, clock: FixedClock) -> None:
    people.ensure_operator(ctx)
    ada = people.add(ctx, "ada", "Ada", by("operator"))
    people.hold(ctx, "mission_head", ada, by("operator"))
    office = directive.current().office("field")
    clock.move(days=office.ping_days - 1)
    tick(ctx)
    assert not Ping.objects.exists()
    clock.move(days=1)
    for _ in range(2):
        tick(ctx)
    assert [p.office for p in Ping.objects.all()] == ["field"], "where the operator stands in for all, nobody is asked"
    pings.answer(ctx, "field", by("mission_head"))
    clock.move(days=office.ping_days)
    tick(ctx)
    assert Ping.objects.count() == 2
