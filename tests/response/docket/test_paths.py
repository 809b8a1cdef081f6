"""The proof on the register as it is: each person, office and channel taken away in turn; and a drill that asks."""

from __future__ import annotations

import pytest

from response.docket.desk import by, kinds
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.docket import acts, delivery_drill, links, paths
from tocsin.response.docket.models import Message
from tocsin.response.register.models import Contact, Holding, Person

pytestmark = pytest.mark.django_db


def hold(ctx: Context, name: str, *posts: str) -> Person:
    person = Person.objects.create(username=name, date_joined=ctx.now())
    for post in posts:
        Holding.objects.create(person=person, post=post, since=ctx.now())
    return person


def broken(ctx: Context) -> dict[str, list[str]]:
    return {p.post: p.broken for p in paths.live(ctx, directive.current())}


def test_nobody_holds_a_post(ctx: Context) -> None:
    assert all(f"post {post}" in nodes for post, nodes in broken(ctx).items())


def test_one_person_behind_everything_is_found(ctx: Context) -> None:
    hold(ctx, "operator", *[p.id for p in directive.current().posts])
    assert all("person operator" in nodes for nodes in broken(ctx).values())
    assert all("channel page" in nodes for nodes in broken(ctx).values()), "nobody has an address"


def test_two_people_and_two_channels_are_enough(ctx: Context) -> None:
    for post in [p for p in directive.current().posts if p.tier is not None]:
        first = hold(ctx, f"first_{post.id}", post.id)
        hold(ctx, f"second_{post.id}", post.id)
        Contact.objects.create(
            office=post.office, person=first, post=post.id, channel="mailbox", address="", added_at=ctx.now()
        )
    found = broken(ctx)
    assert not any(n.startswith(("person", "channel")) for nodes in found.values() for n in nodes), found


def test_a_channel_that_is_not_set_up_is_no_way(ctx: Context) -> None:
    hold(ctx, "ada", "desk_officer")
    Contact.objects.create(office="headquarters", channel="email", address="desk@hq.example", added_at=ctx.now())
    proof = next(p for p in paths.live(ctx, directive.current()) if p.post == "desk_officer")
    assert not any("channel email" in p.nodes for p in proof.paths), "no mail server is set"


def test_a_drill_calls_every_post_and_records_who_answered(ctx: Context, clock: FixedClock) -> None:
    """M78: reached, or known not to be."""
    drill = delivery_drill.call(ctx, by("operator"), hours=4)
    called = {c.post for c in drill.calls.all()}
    assert called == {p.id for p in directive.current().posts if p.tier is not None}
    text = next((ctx.settings.mailbox / "principal").iterdir()).read_text()
    assert "Subject: EXERCISE:" in text
    assert "CAP status: Exercise" in text
    with pytest.raises(Refused, match="open already"):
        delivery_drill.call(ctx, by("operator"))
    clock.move(minutes=17)
    message = Message.objects.get(drill_call__post="desk_officer")
    acts.answer(ctx, links.token(message))
    clock.move(minutes=9)
    acts.answer(ctx, links.token(message))
    delivery_drill.answer(ctx, Message.objects.get(drill_call__post="analyst"), via="desk")
    heard = {h.post: (h.minutes, h.via) for h in delivery_drill.heard(drill) if h.answered_at}
    assert heard == {"desk_officer": (17, "link"), "analyst": (26, "desk")}, "answering twice is answering once"
    closed = delivery_drill.close(ctx, by("operator"))
    assert set(delivery_drill.unanswered(closed)) == called - {"desk_officer", "analyst"}
    assert kinds()["drill.called"] == kinds()["drill.closed"] == 1
    with pytest.raises(Refused):
        acts.answer(ctx, links.token(Message.objects.get(drill_call__post="principal")))
