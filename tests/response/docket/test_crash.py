"""Killed between any two steps, nothing is lost, nothing half done is kept, nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from response.docket.desk import Run, by, in_days, kinds, warning, weighed
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket import acts
from tocsin.response.docket.channels import Letter, Receipt
from tocsin.response.docket.channels.mailbox import Mailbox
from tocsin.response.docket.models import Commitment, Decision, Item, Lapse, Message
from tocsin.response.docket.tick import tick

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The process ends here. Not an Exception: nothing in the house may catch it."""


class Killer:
    """Ends the process before its nth step: a statement to the database, a file written or renamed."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.step = 0

    def count(self) -> None:
        self.step += 1
        if self.step == self.at:
            raise Killed

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count()
        return execute(sql, params, many, context)


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Killer]:
    """Run a block that is killed before its nth step; a block with fewer steps runs to its end."""
    killer = Killer(step)
    plain_replace = Path.replace

    def replace(self: Path, target: Path) -> Path:
        killer.count()
        moved = plain_replace(self, target)
        killer.count()
        return moved

    with monkeypatch.context() as patch, connection.execute_wrapper(killer):
        patch.setattr(Path, "replace", replace)
        with suppress(Killed):
            yield killer


def mail(ctx: Context) -> list[str]:
    """What the posts find in their mailboxes."""
    return sorted(str(p.relative_to(ctx.settings.mailbox)) for p in ctx.settings.mailbox.rglob("*") if p.is_file())


def whole(ctx: Context) -> None:
    """Look at everything after a kill: rows and entries that belong together are there together."""
    entered = kinds()
    assert entered["item.opened"] == Item.objects.count()
    assert entered["item.decided"] == Decision.objects.count()
    assert entered["clock.lapsed"] == Lapse.objects.count()
    assert entered["commitment.done"] == Commitment.objects.exclude(done_at=None).count()
    acknowledged = sum(i.steps.exclude(acknowledged_at=None).count() for i in Item.objects.all())
    assert entered["item.acknowledged"] + entered["item.decided"] >= acknowledged
    for item in Item.objects.all():
        assert item.steps.filter(left_at=None).count() == 1
        told = set(item.messages.values_list("to_post", flat=True))
        for step in item.steps.all():
            assert set(step.posts) <= told, "a rung without its message"
    for decision in Decision.objects.filter(kind="act"):
        assert decision.commitments.count() == len(decision.options_chosen)
        for commitment in decision.commitments.all():
            assert Message.objects.filter(key__contains=f"commitment-{commitment.pk}.").exists()
    assert all(not name.endswith(".part") or "/." in name for name in mail(ctx))


def ring(ctx: Context) -> None:
    acts.ring_bell(ctx, "SDN", "Convoys", by("analyst"))


def take(ctx: Context) -> None:
    acts.take_run(
        ctx,
        Run("r1", [warning(ctx, "SDN", "emergency"), warning(ctx, "MMR", "alert"), warning(ctx, "MMR", "watch", "b")]),
    )


def acknowledge(ctx: Context) -> None:
    acts.acknowledge(ctx, Item.objects.get().pk, by("desk_officer"))


def decide(ctx: Context) -> None:
    if not Decision.objects.exists():
        acts.decide(
            ctx,
            Item.objects.get().pk,
            by("desk_officer"),
            kind="act",
            reasons="W1: two readers confirm it",
            options=["D01", "D03"],
            review_on=in_days(ctx, 9),
            **weighed(Item.objects.get().pk),
        )


def climb(ctx: Context) -> None:
    ctx.clock.at = ctx.clock.at.replace(day=30)  # type: ignore[attr-defined]
    tick(ctx)


SCENES: dict[str, tuple[list[Callable[[Context], None]], Callable[[Context], None], Counter[str]]] = {
    "ring": ([], ring, Counter({"item.opened": 1})),
    "take a run": ([], take, Counter({"item.opened": 2, "item.joined": 1, "run.taken": 1})),
    "acknowledge": ([ring], acknowledge, Counter({"item.opened": 1, "item.acknowledged": 1})),
    "decide": ([ring], decide, Counter({"item.opened": 1, "item.decided": 1})),
    "tick": ([ring], climb, Counter({"item.opened": 1, "clock.lapsed": 1})),
    "tick over promises": ([ring, decide], climb, Counter({"item.opened": 1, "item.decided": 1, "clock.lapsed": 2})),
}


@pytest.mark.parametrize("name", SCENES)
def test_killed_between_any_two_steps(
    name: str, ctx: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One kill before each step in turn, all in one life: what the act leaves in the end is what it leaves unharmed."""
    before, act, expected = SCENES[name]
    for earlier in before:
        earlier(ctx)
    start, step, kills = clock.at, 1, 0
    while True:
        clock.at = start
        with killed_at(step, monkeypatch) as killer:
            act(ctx)
        whole(ctx)
        if killer.step < step:
            break
        kills += 1
        step += 1
        if step > 40:
            step += 7  # the first steps one by one, then every eighth: the act grows shorter once it is done
    assert kills >= 3
    act(ctx)
    clock.move(minutes=3)  # what a killed worker had claimed is free again
    tick(ctx)
    whole(ctx)
    assert kinds() == expected
    assert not Message.objects.filter(delivered_at=None).exists()
    names = [name for name in mail(ctx) if "/." not in name]
    assert len(names) == Message.objects.count(), "each message once, none twice"


@pytest.mark.parametrize("step", range(1, 30))
def test_a_first_try_killed_at_each_step_and_then_repeated(
    step: int, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kill in a life of its own: the second try ends as if there had been no first."""
    ring(ctx)
    with killed_at(step, monkeypatch):
        decide(ctx)
    whole(ctx)
    decide(ctx)
    tick(ctx)
    whole(ctx)
    assert kinds() == Counter({"item.opened": 1, "item.decided": 1})
    assert len([n for n in mail(ctx) if "/." not in n]) == Message.objects.count()


def test_between_writing_a_message_and_marking_it(
    ctx: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once to the channel, once for the reader: the second sending finds the first one's file."""
    sent: list[str] = []
    plain = Mailbox.send

    def dies_after_writing(self: Mailbox, ctx: Context, letter: Letter) -> Receipt:
        plain(self, ctx, letter)
        sent.append(letter.key)
        raise Killed

    monkeypatch.setattr(Mailbox, "send", dies_after_writing)
    with pytest.raises(Killed):
        ring(ctx)
    assert len(mail(ctx)) == 1
    assert Message.objects.get().delivered_at is None
    monkeypatch.setattr(Mailbox, "send", lambda self, c, m: (sent.append(m.key), plain(self, c, m))[1])
    tick(ctx)
    assert len(sent) == 1, "its worker may still be at it"
    clock.move(minutes=3)
    tick(ctx)
    assert len(sent) == 2
    assert len(mail(ctx)) == 1
    assert Message.objects.get().delivered_at is not None


def test_a_channel_that_fails_keeps_the_message_and_stops_no_other(ctx: Context, clock: FixedClock) -> None:
    blocked = ctx.settings.mailbox / "desk_officer"
    ctx.settings.mailbox.mkdir(parents=True)
    blocked.write_text("a file where a folder should be")
    take(ctx)
    done = tick(ctx)
    assert done.waiting == Message.objects.filter(to_post="desk_officer").count() > 0
    assert not Message.objects.exclude(to_post="desk_officer").filter(delivered_at=None).exists()
    stuck = Message.objects.filter(to_post="desk_officer").first()
    assert stuck.delivered_at is None
    assert stuck.sendings.get(channel="page").state == "sent", "it stands at the desk all the same"
    tried = stuck.sendings.get(channel="mailbox")
    assert tried.attempts == 1, "the pause after a failure is the directive's, not the tick's"
    assert "Error" in tried.last_error
    blocked.unlink()
    assert tick(ctx).waiting > 0
    clock.move(minutes=1)
    assert tick(ctx).waiting == 0


def test_a_message_is_a_letter_a_person_can_read(ctx: Context) -> None:
    ring(ctx)
    text = next(ctx.settings.mailbox.rglob("*.eml")).read_text(encoding="utf-8")
    for words in (
        "To: desk_officer@",
        "Subject: Item",
        "Sudan",
        "Acknowledge by Thu 26 Nov 2026 12:00 UTC",
        "tocsin docket ack",
    ):
        assert words in text.replace("\n ", " ")
