"""Deliver: set out the ways of each message, claim what is due, look once more, hand it over, mark it.

Several workers at once are safe. A sending is claimed in one statement that no other worker can make as well (rows
that somebody else is claiming are skipped on PostgreSQL; SQLite has one writer at a time), a claim ends by itself if
its worker dies, and immediately before a letter leaves, one more statement asks under the claim whether it is still
wanted. An acknowledgement withdraws in its own transaction: what that last look precedes has left, the rest never does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.files import flush_all
from tocsin.response.bulk import insert_values, update_all
from tocsin.response.docket import letters, links, pace
from tocsin.response.docket.channels import Channel, Letter, Receipt, Undelivered, channels
from tocsin.response.docket.models import Message, Sending
from tocsin.response.docket.ways import Ways
from tocsin.response.register.drill import mark_of

CLAIM = timedelta(minutes=2)
"""Longer than any channel takes; after it a sending of a dead worker is free again."""
BATCH = 1000
NIGHT = timedelta(minutes=15)
"""How often somebody's quiet hours are looked at again."""
WAITING, SENT = Sending.State.WAITING, Sending.State.SENT


class SetOut(NamedTuple):
    """A sending not yet written, in the order of its columns."""

    message_id: int
    rank: int
    channel: str
    address: str
    person_id: int | None
    why: str
    state: str = WAITING
    next_try_at: datetime | None = None
    attempts: int = 0
    receipt: str = ""
    last_error: str = ""
    claimed_by: str = ""
    claimed_until: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Delivered:
    """How many messages left for the first time, and how many wait for a next try with their last error kept."""

    sent: int
    waiting: int


def deliver(
    ctx: Context, *, near: bool = False, most: int | None = None, stop: Callable[[], bool] = lambda: False
) -> Delivered:
    """Hand every due sending to its channel. A failing one is kept and tried again; none stops the rest.

    ``near`` uses only channels that reach nobody outside (the page, the mailbox). ``most`` bounds the sendings of this
    call; ``stop`` is asked before each batch. Returns what came of it.
    """
    courier = Courier(ctx, near=near)
    courier.spread()
    left = most
    while not stop():
        taken = courier.round(BATCH if left is None else min(BATCH, left), stop)
        left = None if left is None else left - taken
        if not taken or left == 0:
            break
    return Delivered(sent=courier.sent, waiting=waiting(ctx.now()))


def waiting(now: datetime) -> int:
    """Return how many messages have a way that is due or was tried in vain."""
    rows = Sending.objects.filter(state=WAITING).filter(Q(attempts__gt=0) | Q(next_try_at__lte=now))
    return rows.values("message").distinct().count() + Message.objects.filter(spread_at=None, withdrawn_at=None).count()


class Courier:
    """One worker's round: what it knows of channels and ways, and what it has sent."""

    def __init__(self, ctx: Context, *, near: bool = False) -> None:
        self.ctx = ctx
        self.now = ctx.now()
        self.sent = 0
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{os.urandom(4).hex()}"
        self._channels = channels(ctx)
        self._ways = Ways(ctx, self.now)
        self.mark = mark_of(ctx.settings)
        self._pace = pace.Pace(directive.current().delivery)
        self._near = [c.id for c in self._channels.values() if not c.disturbs] if near else None

    def spread(self) -> None:
        """Set out the ways of messages that have none yet; two workers at once set out the same."""
        while True:
            with transaction.atomic():
                waiting = Message.objects.filter(spread_at=None, withdrawn_at=None).order_by("id")
                # Where it goes does not hang on what it says; the text is read when the letter is written.
                fresh = list(waiting.values_list("pk", "to_post", "level", "answer_by", named=True)[:BATCH])
                self._set_out(fresh)
                Message.objects.filter(pk__in=[m.pk for m in fresh]).update(spread_at=self.now)
            if len(fresh) < BATCH:
                return

    def _set_out(self, messages: Iterable[Any], *, reserves: bool = False) -> None:
        rows = []
        for message in messages:
            own = 0
            for rank, way in enumerate(self._ways.of(message.to_post)):
                disturbs = self._channels[way.channel].disturbs
                at = self._pace.first_try(message, own, self.now) if disturbs else self.now
                own += disturbs
                row = SetOut(message.pk, rank, way.channel, way.address, way.person, way.why)
                if way.channel == "page":  # it stands there already: the row of the message is what the page shows
                    row = row._replace(state=SENT, receipt=f"/messages/{message.pk}", sent_at=self.now)
                else:
                    row = row._replace(next_try_at=self.now if reserves else at)
                rows.append(row)
        insert_values(Sending, rows, or_leave=True)

    def round(self, most: int, stop: Callable[[], bool]) -> int:
        """Claim up to so many due sendings and hand them over; return how many were claimed.

        Told to stop, it finishes the one it is at; the others are free again when their claim ends.
        """
        claimed = self._claim(most)
        near = [s for s in claimed if not self._channels[s.channel].disturbs]
        self._hand_over_near(near)
        for sending in (s for s in claimed if self._channels[s.channel].disturbs):
            if stop():
                break
            self._hand_over(sending)
        return len(claimed)

    def _claim(self, most: int) -> list[Sending]:
        free = Q(claimed_until=None) | Q(claimed_until__lte=self.now)
        due = Sending.objects.filter(free, state=WAITING, next_try_at__lte=self.now)
        due = due.filter(channel__in=self._near if self._near is not None else list(self._channels))
        with transaction.atomic():
            turn = due.select_for_update(skip_locked=True).order_by("next_try_at", "id")
            numbers = list(turn.values_list("pk", flat=True)[:most])
            if numbers:
                Sending.objects.filter(pk__in=numbers, state=WAITING).update(
                    claimed_by=self.name, claimed_until=self.now + CLAIM
                )
        rows = Sending.objects.filter(pk__in=numbers, claimed_by=self.name).select_related("message")
        return list(rows.defer("next_try_at", "claimed_until", "message__spread_at").order_by("next_try_at", "id"))

    def _hand_over_near(self, sendings: list[Sending]) -> None:
        """Hand over what reaches nobody outside: one look at all of them, one mark for all that went."""
        if not sendings:
            return
        mine = set(self._held(sendings).values_list("pk", flat=True))
        went, files = [], []
        for sending in (s for s in sendings if s.pk in mine):
            try:
                receipt = self._send(sending)
                sending.receipt = receipt.name[:200]
                files += [receipt.file] if receipt.file else []
            except Undelivered as failure:
                self._failed(sending, failure)
                continue
            sending.state, sending.sent_at, sending.attempts = SENT, self.now, sending.attempts + 1
            sending.next_try_at, sending.claimed_until, sending.last_error = None, None, ""
            went.append(sending)
        flush_all(files)
        with transaction.atomic():
            update_all(went, MARKED)
            self._delivered([s.message_id for s in went])

    def _held(self, sendings: list[Sending]) -> object:
        """Return those of these sendings that are still this worker's to send: neither withdrawn nor claimed anew."""
        return Sending.objects.filter(
            pk__in=[s.pk for s in sendings], state=WAITING, claimed_by=self.name, message__withdrawn_at=None
        )

    def _hand_over(self, sending: Sending) -> None:
        """Hand over one letter that may wake somebody or leave the house."""
        now = self.ctx.now()
        way = next(
            (w for w in self._ways.of(sending.message.to_post) if w.id == (sending.channel, sending.address)), None
        )
        if way is None:
            # The address is no longer one of the post's: what is said is not for whoever reads there now.
            self._give_up(sending, Sending.State.WITHDRAWN, "no longer a way to this post")
            return
        if way.quiet and not self._pace.wakes(sending.message.level):
            Sending.objects.filter(pk=sending.pk, state=WAITING, claimed_by=self.name).update(
                next_try_at=now + NIGHT, claimed_until=None
            )
            return
        # The last look. What commits before this line is heeded; what commits after it finds the letter gone.
        if not self._held([sending]).update(claimed_until=now + CLAIM):  # type: ignore[attr-defined]
            return
        try:
            receipt = self._send(sending)
        except Undelivered as failure:
            self._failed(sending, failure)
            return
        with transaction.atomic():
            Sending.objects.filter(pk=sending.pk).update(
                state=SENT,
                sent_at=now,
                attempts=sending.attempts + 1,
                receipt=receipt.name[:200],
                last_error="",
                next_try_at=None,
                claimed_until=None,
            )
            self._delivered([sending.message_id])

    def _delivered(self, numbers: list[int]) -> None:
        # Counted only by whoever marks it first: two deliverers at once report it once.
        self.sent += Message.objects.filter(pk__in=numbers, delivered_at=None).update(delivered_at=self.now)

    def _send(self, sending: Sending) -> Receipt:
        channel = self._channels[sending.channel]
        return channel.send(self.ctx, letter_of(self.ctx, sending, channel, self.mark))

    def _failed(self, sending: Sending, failure: Undelivered) -> None:
        """Keep what failed for a next try, or give it up; the next way in reserve is used at once where it matters."""
        message, attempts = sending.message, sending.attempts + 1
        again = self._pace.next_try(message, attempts, self.now, lasting=failure.lasting)
        with transaction.atomic():
            Sending.objects.filter(pk=sending.pk, state=WAITING).update(
                state=WAITING if again else Sending.State.FAILED,
                next_try_at=again,
                attempts=attempts,
                last_error=str(failure)[:300],
                claimed_until=None,
            )
            if self._pace.goes_on(message, attempts, given_up=again is None):
                self._use_next(sending)

    def _give_up(self, sending: Sending, state: str, why: str) -> None:
        with transaction.atomic():
            Sending.objects.filter(pk=sending.pk, state=WAITING, claimed_by=self.name).update(
                state=state, next_try_at=None, last_error=why, claimed_until=None
            )
            self._set_out([sending.message], reserves=True)  # ways that have come since, if any
            self._use_next(sending)

    def _use_next(self, sending: Sending) -> None:
        """Make the next way in reserve due."""
        reserve = Sending.objects.filter(message=sending.message_id, state=WAITING, attempts=0, rank__gt=sending.rank)
        following = reserve.order_by("rank").first()
        if following is not None:
            now = self.now
            Sending.objects.filter(pk=following.pk, state=WAITING).filter(
                Q(next_try_at=None) | Q(next_try_at__gt=now)
            ).update(next_try_at=now)


MARKED = ["state", "sent_at", "attempts", "receipt", "last_error", "next_try_at", "claimed_until"]


def letter_of(ctx: Context, sending: Sending, channel: Channel, mark: str) -> Letter:
    """Return what a channel is given of a message: the whole text, or on an open channel the least.

    ``mark``: the word that every message of this home bears, empty in a real one.
    """
    message = sending.message
    subject, body = letters.least(message) if channel.open else letters.whole(ctx, message)
    for word in dict.fromkeys(filter(None, [mark, "EXERCISE" if message.exercise else ""])):
        subject = f"{word}: {subject}"
        body = f"{word}. Nothing in this message has happened; {letters.IN[word]}.\n\n{body}"
    return Letter(
        key=message.key,
        number=message.pk,
        post=message.to_post,
        address=sending.address,
        subject=subject,
        body=body,
        created_at=message.created_at,
        level=message.level,
        exercise=message.exercise or bool(mark),
        link="" if channel.open else links.address(ctx, message),
    )
