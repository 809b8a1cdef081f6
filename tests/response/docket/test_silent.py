"""A question about the silence of an office leads to no word to that office, by whatever letter."""

from __future__ import annotations

import pytest

from response.docket.desk import by, in_days, weighed
from tocsin.catalog import directive
from tocsin.core.clock import FixedClock, iso
from tocsin.core.context import Context
from tocsin.response.docket import acts, pings, screen, show, silent
from tocsin.response.docket.acts import join
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Item, Lapse, Message
from tocsin.response.docket.tick import tick
from tocsin.response.register import people

pytestmark = pytest.mark.django_db(transaction=True)


def gone_quiet(ctx: Context, clock: FixedClock, office: str) -> Item:
    """The item that an office's silence opens."""
    people.ensure_operator(ctx)
    pings.ping(ctx, office, by("operator"))
    clock.move(days=directive.current().office(office).answer_days + 1)
    tick(ctx)
    return Item.objects.get(source_id=office)


@pytest.mark.parametrize("office", [o.id for o in directive.current().offices if pings.posts_of(o.id)])
def test_no_letter_of_any_kind_reaches_who_is_silent(
    ctx: Context, clock: FixedClock, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened, joined, left until it lapses and told of in a digest: the posts of the office hear of none of it."""
    item = gone_quiet(ctx, clock, office)
    inside = set(pings.posts_of(office))
    everybody = {p.id for p in directive.current().posts}
    more = {
        "warning_id": f"silence_office.v1.{office}.again", "kind": "silence", "tripwire_id": "silence_office",
        "version": 1, "place_id": None, "source_id": office, "fired_at": iso(ctx.now()), "as_of": "2026-11-23",
        "level": "watch", "summary": "It is still silent.", "question": "Who goes there?", "because": [],
    }  # fmt: skip
    monkeypatch.setattr(join, "told_by", lambda *_: sorted(everybody))
    before = Message.objects.count()
    assert receive(ctx, more, "as of today").pk == item.pk
    assert Message.objects.count() > before, "others are told that it joined"
    for _ in range(6):
        clock.move(days=7)
        tick(ctx)
    assert Lapse.objects.filter(item=item).exists()
    reachable = {p for p in inside if silent.may_hear(directive.current(), item, p)}
    assert not Message.objects.filter(item=item, to_post__in=inside - reachable).exists()
    digests = Message.objects.filter(key__startswith="digest-", to_post__in=inside - reachable)
    assert not [m for m in digests if f"Item {item.pk}," in m.body]


def test_what_is_promised_on_such_a_question_and_broken_is_not_told_to_the_silent(
    ctx: Context, clock: FixedClock
) -> None:
    item = gone_quiet(ctx, clock, "field")
    inside = set(pings.posts_of("field"))
    assert silent.others(directive.current(), item, ["desk_officer", *sorted(inside)]) == ["desk_officer"]
    said = {"kind": "act", "reasons": "W1: nobody there answers", "options": ["D01"], "review_on": in_days(ctx, 9)}
    acts.decide(ctx, item.pk, by("desk_officer"), **said, **weighed(item.pk))
    clock.move(days=40)
    tick(ctx)
    assert Lapse.objects.filter(item=item, clock="commitment").exists()
    told = Message.objects.filter(item=item, to_post__in=inside)
    assert [(m.key, m.subject) for m in told] == []


def all_in(office: str, *, but: str = "") -> directive.Directive:
    """The directive in force with everybody in one office, except perhaps one post."""
    rules = directive.current()
    posts = [p if p.id == but else p.model_copy(update={"office": office}) for p in rules.posts]
    return rules.model_copy(update={"posts": posts})


def test_where_everybody_sits_in_the_silent_office_nobody_is_asked(
    ctx: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the silent for want of anybody else: it stands on the board, its lapses are recorded, and that is said."""
    rules = all_in("field")
    monkeypatch.setattr(directive, "current", lambda: rules)
    monkeypatch.setattr(directive, "version", lambda _: rules)
    item = gone_quiet(ctx, clock, "field")
    for _ in range(4):
        clock.move(days=7)
        tick(ctx)
    assert Lapse.objects.filter(item=item, at_ceiling=True).exists(), "its clocks run all the same"
    assert not Message.objects.filter(item=item).exists()
    assert not [m for m in Message.objects.filter(key__startswith="digest-") if f"Item {item.pk}," in m.body]
    shown = show.item(item.pk, ctx.now())
    assert {step["nobody"] for step in shown["steps"]} == {silent.NOBODY}
    assert "Nobody is asked" in " ".join(screen.item(shown).split())
    assert item.pk in {row["id"] for row in show.listing(ctx.now())}


def test_somebody_outside_is_asked_before_nobody(ctx: Context, clock: FixedClock) -> None:
    item = gone_quiet(ctx, clock, "field")
    assert silent.others(all_in("field", but="deputies"), item, ["analyst"]) == ["deputies"], "a line manager"
    assert silent.others(all_in("field", but="second_reader"), item, ["analyst"]) == ["second_reader"], "or who is near"
    assert silent.others(all_in("field", but="overseer"), item, ["analyst"]) == [], "who is on no tier decides nothing"
    assert not silent.may_hear(all_in("field"), item, "analyst")
