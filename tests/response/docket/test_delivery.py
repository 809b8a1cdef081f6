"""How a message goes out: each way on its own, the next when one fails, nights, nothing once somebody answered."""

from __future__ import annotations

import itertools
from datetime import time, timedelta
from typing import Any

import pytest

from response.docket.desk import Run, by, warning
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.settings import Settings
from tocsin.response.docket import acts, deliver, links, outbox
from tocsin.response.docket.channels import Letter, Receipt, Undelivered, shelf
from tocsin.response.docket.models import Item, Message, Sending, Step
from tocsin.response.register.models import Contact, LedgerBody

pytestmark = pytest.mark.django_db(transaction=True)


class Post:
    """A way out that a test opens and shuts."""

    open = False
    disturbs = True
    once = True

    def __init__(self, name: str) -> None:
        self.id = name
        self.works, self.lasting = True, False
        self.had: list[Letter] = []

    def send(self, ctx: Context, letter: Letter) -> Receipt:
        if not self.works:
            raise Undelivered("it is shut", lasting=self.lasting)
        self.had.append(letter)
        return Receipt(letter.key)

    def fault(self, ctx: Context, address: str) -> str:
        return ""


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch, ctx: Context) -> dict[str, Post]:
    """The desk officer's office is reached by mail, then by telephone, then by radio."""
    found = {name: Post(name) for name in ("mail", "phone", "radio")}
    shelf._channels.cache_clear()
    monkeypatch.setattr(shelf, "OURS", (*shelf.OURS, *found.values()))
    for name in found:
        Contact.objects.create(
            office="headquarters", post="desk_officer", channel=name, address=f"{name}-1", added_at=ctx.now(),
            last_verified_at=ctx.now(),
        )  # fmt: skip
    yield found
    shelf._channels.cache_clear()


def open_item(ctx: Context, level: str = "alert") -> Item:
    acts.take_run(ctx, Run("r1", [warning(ctx, level=level)]))
    return Item.objects.get()


def rung() -> dict[str, str]:
    message = Message.objects.get(to_post="desk_officer", key__contains=".rung-1.")
    return {s.channel: s.state for s in message.sendings.all()}


def test_an_act_hands_over_nothing_that_leaves_the_house(ctx: Context, ways: dict[str, Post]) -> None:
    """A slow mail server must not hold up whoever rings the bell: the worker brings it out."""
    open_item(ctx)
    assert not any(way.had for way in ways.values())
    assert rung()["page"] == rung()["mailbox"] == "sent"
    outbox.deliver(ctx)
    assert [len(ways[w].had) for w in ("mail", "phone", "radio")] == [1, 0, 0]


def test_what_fails_goes_on_by_the_next_way_at_once(ctx: Context, ways: dict[str, Post], clock: FixedClock) -> None:
    open_item(ctx)
    ways["mail"].works = False
    outbox.deliver(ctx)
    assert (len(ways["mail"].had), len(ways["phone"].had)) == (0, 1), "in the same round"
    ways["mail"].works = True
    clock.move(minutes=1)
    outbox.deliver(ctx)
    assert len(ways["mail"].had) == 1, "and the first is tried again by itself"
    outbox.deliver(ctx)
    assert len(ways["phone"].had) == 1, "no way twice"


def test_the_pauses_are_the_directives_and_a_lasting_refusal_is_no_try(
    ctx: Context, ways: dict[str, Post], clock: FixedClock
) -> None:
    open_item(ctx)
    ways["mail"].works = False
    seen = []
    for _ in range(400):
        outbox.deliver(ctx)
        row = Sending.objects.get(channel="mail", message__key__contains=".rung-1.")
        if not seen or seen[-1][0] != row.attempts:
            seen.append((row.attempts, clock.at))
        clock.move(minutes=1)
    pauses = [int((b[1] - a[1]) / timedelta(minutes=1)) for a, b in itertools.pairwise(seen)]
    assert pauses[:6] == [1, 5, 15, 60, 60, 60]
    ways["phone"].works, ways["phone"].lasting = False, True
    other = acts.ring_bell(ctx, "MMR", "Lists of names are read out", by("analyst"))
    outbox.deliver(ctx)
    failed = Sending.objects.get(channel="phone", message__item=other, message__to_post="desk_officer")
    assert (failed.state, failed.attempts) == ("failed", 1)


def test_unanswered_it_goes_on_though_nothing_failed(ctx: Context, ways: dict[str, Post], clock: FixedClock) -> None:
    """A server that took a mail is not a person who read it."""
    open_item(ctx)
    outbox.deliver(ctx)
    clock.move(minutes=59)
    outbox.deliver(ctx)
    assert not ways["phone"].had
    clock.move(minutes=1)
    outbox.deliver(ctx)
    assert len(ways["phone"].had) == 1
    clock.move(minutes=60)
    outbox.deliver(ctx)
    assert len(ways["radio"].had) == 1


def test_nothing_leaves_after_an_acknowledgement(ctx: Context, ways: dict[str, Post], clock: FixedClock) -> None:
    item = open_item(ctx)
    ways["mail"].works = ways["phone"].works = ways["radio"].works = False
    outbox.deliver(ctx)
    acts.acknowledge(ctx, item.pk, by("desk_officer"))
    for way in ways.values():
        way.works = True
    for _ in range(5):
        clock.move(hours=1)
        outbox.deliver(ctx)
    assert not any(".rung-" in m.key and "acknowledged" not in m.key for w in ways.values() for m in w.had)
    assert {rung()[w] for w in ways} == {"withdrawn"}
    assert Message.objects.get(to_post="desk_officer", key__contains=".rung-1.").withdrawn_at is not None


def test_an_acknowledgement_between_the_claim_and_the_last_look(
    ctx: Context, ways: dict[str, Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker holds the letter already; it looks once more, and leaves it."""
    item = open_item(ctx)
    plain = deliver.Courier._claim

    def claims(courier: Any, most: int) -> Any:
        claimed = plain(courier, most)
        if any(s.channel == "mail" for s in claimed):
            acts.acknowledge(ctx, item.pk, by("desk_officer"))
        return claimed

    monkeypatch.setattr(deliver.Courier, "_claim", claims)
    outbox.deliver(ctx)
    assert not ways["mail"].had


def test_two_couriers_never_hold_the_same_sending(ctx: Context, ways: dict[str, Post]) -> None:
    open_item(ctx)
    one, two = deliver.Courier(ctx), deliver.Courier(ctx)
    first, second = one._claim(50), two._claim(50)
    assert first
    assert not {s.pk for s in first} & {s.pk for s in second}


@pytest.mark.parametrize(("level", "at_night"), [("alert", 0), ("emergency", 1)])
def test_quiet_hours_never_silence_the_top_level(
    level: str, at_night: int, ctx: Context, ways: dict[str, Post], clock: FixedClock
) -> None:
    Contact.objects.update(time_zone="Asia/Tokyo", quiet_from=time(22), quiet_to=time(7))
    clock.move(hours=3)  # 15:00 in UTC is midnight in Tokyo
    open_item(ctx, level)
    outbox.deliver(ctx)
    assert len(ways["mail"].had) == at_night
    assert rung()["page"] == "sent", "the page disturbs nobody"
    clock.move(hours=7)
    outbox.deliver(ctx)
    assert len(ways["mail"].had) == 1, "delayed, not dropped"


def test_an_emergency_goes_by_every_way_at_once(ctx: Context, ways: dict[str, Post]) -> None:
    open_item(ctx, "emergency")
    outbox.deliver(ctx)
    assert [len(way.had) for way in ways.values()] == [1, 1, 1]


def test_an_address_that_was_taken_back_gets_nothing_more(ctx: Context, ways: dict[str, Post]) -> None:
    open_item(ctx)
    Contact.objects.filter(channel="mail").update(retired_at=ctx.now())
    outbox.deliver(ctx)
    assert not ways["mail"].had
    assert len(ways["phone"].had) == 1
    assert rung()["mail"] == "withdrawn"


def test_an_open_channel_says_a_number_and_a_deadline_and_no_place(ctx: Context, ways: dict[str, Post]) -> None:
    ways["mail"].open = True
    open_item(ctx)
    outbox.deliver(ctx)
    letter = ways["mail"].had[0]
    assert "item" in letter.body
    assert "acknowledge by Thu 26 Nov 2026 12:00 UTC" in letter.body
    for kept_back in ("Sudan", "SDN", "One-sided", "/ack/"):
        assert kept_back not in letter.subject + letter.body
    assert not letter.link


def at_a_desk(ctx: Context) -> Context:
    return Context(settings=Settings(home=ctx.settings.home, desk_url="https://desk.example"), clock=ctx.clock)


def test_a_link_stops_the_delivery_clock_and_nothing_else(
    ctx: Context, ways: dict[str, Post], clock: FixedClock
) -> None:
    ctx = at_a_desk(ctx)
    item = open_item(ctx)
    outbox.deliver(ctx)
    link = ways["mail"].had[0].link
    assert link.startswith("https://desk.example/ack/")
    assert link in ways["mail"].had[0].body
    token = link.rpartition("/")[2]
    acts.answer(ctx, token)
    step = Step.objects.get(item=item)
    assert (step.acknowledged_post, step.acknowledged_at) == ("desk_officer", ctx.now())
    again = Item.objects.get(pk=item.pk)
    assert (again.state, again.decision_due) == ("open", item.decision_due)
    said = [b.body for b in LedgerBody.objects.filter(entry__kind="item.acknowledged")]
    assert len(said) == 1
    assert '"via":"link"' in said[0]
    assert '"person":null' in said[0]
    clock.move(hours=1)
    acts.answer(ctx, token)  # by another way, again: one effect
    acts.acknowledge(ctx, item.pk, by("desk_officer"))
    assert LedgerBody.objects.filter(entry__kind="item.acknowledged").count() == 1
    assert Step.objects.get(item=item).acknowledged_at == step.acknowledged_at


def test_a_link_is_bound_expires_and_cannot_be_made_up(ctx: Context, clock: FixedClock) -> None:
    open_item(ctx)
    message = Message.objects.get(to_post="desk_officer", key__contains=".rung-1.")
    token = links.token(message)
    assert links.token(message) == token, "the same letter, whenever it is sent"
    for wrong in (token[:-1], token.replace("desk_officer", "principal"), "x", ""):
        with pytest.raises(Refused, match="not one of ours"):
            acts.answer(ctx, wrong)
    clock.move(hours=72)
    with pytest.raises(Refused, match="expired"):
        acts.answer(ctx, token)


def test_a_link_of_a_post_below_the_items_tier_does_not_answer(ctx: Context) -> None:
    open_item(ctx, "emergency")
    lower = Message.objects.get(to_post="desk_officer", key__contains=".rung-1.")
    assert not lower.asks, "it was told, not asked"
    with pytest.raises(Refused):
        acts.answer(ctx, links.token(lower))
