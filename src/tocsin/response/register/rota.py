"""The rota: plan a shift, hand it over with a note, accept it, cancel it. Local times in, UTC kept.

A shift is planned for somebody who holds the post or one of its deputies' posts. Two shifts of a post never overlap.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said
from tocsin.response.register import mandate
from tocsin.response.register.contacts import above, zone, zone_of
from tocsin.response.register.duty import shifts_of, standing
from tocsin.response.register.models import Holding, Person, Shift
from tocsin.response.register.people import OPERATOR, Actor, Verdict, may

LONGEST = timedelta(days=31)
MOST_DAYS = 366
RULE = "The rota of a post is kept by the post, its office, the line managers above it and the operator"


def local(text: str, zone_name: str) -> datetime:
    """Return the moment (UTC) of a local time written as ``2026-10-25T08:00``; one with an offset is taken as it is.

    Of a time that comes twice when clocks go back, the first is meant. Raises Misuse when it is no time, or one that
    clocks skip on that day.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise Misuse(f"{text!r} is not a time", todo="Write it as 2026-11-23T08:00") from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    there = moment.replace(tzinfo=zone(zone_name))
    kept = there.astimezone(UTC)
    if kept.astimezone(zone(zone_name)).replace(tzinfo=None) != moment:
        raise Misuse(
            f"There is no {moment:%H:%M} on {moment.date()} in {zone_name}: clocks skip it", todo="Take another"
        )
    return kept


def days_at(start: date, days: int, at: time, zone_name: str) -> list[datetime]:
    """Return the moments (UTC) of one local time on ``days`` + 1 days: each follows the last, 23, 24 or 25 hours on.

    On a day on which clocks skip that time it is the moment an hour later on the clock.
    """
    there = zone(zone_name)
    moments = (datetime.combine(start + timedelta(days=n), at, there) for n in range(days + 1))
    return [m.astimezone(UTC) for m in moments]


def zone_of_post(post: str) -> str:
    """Return the time zone of the office a post sits in; UTC when it names none."""
    return zone_of(directive.current().post(post).office or "")


def may_keep(actor: Actor, post: str) -> Verdict:
    """Judge whether an actor may plan and hand over shifts of a post."""
    if actor.post == OPERATOR:
        return may(actor, "assign")
    held = may(actor, "read")
    rules = directive.current()
    office = rules.post(post).office
    near = actor.post == post or actor.post in above(post) or (office and rules.post(actor.post).office == office)
    return held if near or not held.allowed else Verdict(False, RULE, "Ask one of them")


def may_stand(person: Person, post: str) -> bool:
    """Tell whether a person may be on duty for a post: they hold it, or the post of one of its deputies."""
    posts = [post, *(p.id for p in mandate.rules_of(post).deputies(post))]
    return person.is_active and Holding.objects.filter(person=person, post__in=posts, until=None).exists()


def plan(ctx: Context, post: str, person: Person, *, starts: datetime, ends: datetime, actor: Actor) -> Shift:
    """Plan one shift. Raises Refused when it overlaps another, is past, empty, too long, or for the wrong person."""
    return plan_all(ctx, post, [(person, starts, ends)], actor)[0]


def fill(
    ctx: Context, post: str, people: Sequence[Person], *, start: date, days: int, at: time, actor: Actor
) -> list[Shift]:
    """Plan a day each for people in turn, from one local time to the same on the next day: no gap, no overlap."""
    if not 0 < days <= MOST_DAYS:
        raise Misuse(f"A rota is filled for 1 to {MOST_DAYS} days, not {days}")
    if not people:
        raise Misuse("A rota is filled with at least one person", todo="Name the accounts in turn")
    edges = itertools.pairwise(days_at(start, days, at, zone_of_post(post)))
    return plan_all(ctx, post, [(people[n % len(people)], *edge) for n, edge in enumerate(edges)], actor)


def plan_all(ctx: Context, post: str, wanted: Sequence[tuple[Person, datetime, datetime]], actor: Actor) -> list[Shift]:
    """Plan shifts of one post, all or none."""
    from tocsin.response.register.record import enter

    may_keep(actor, post).enforce()
    with transaction.atomic():
        # Two who plan at once would each see no overlap: the post's holdings are the row they queue at.
        list(Holding.objects.select_for_update().filter(post=post, until=None))
        taken, made = shifts_of(post), []
        for person, starts, ends in wanted:
            _check(ctx, post, person, starts, ends)
            clash = next((s for s in taken if s.starts_at < ends and starts < s.ends_at), None)
            if clash:
                raise Refused(
                    f"{clash.person} is on for {post} from {iso(clash.starts_at)} to {iso(clash.ends_at)}: "
                    "shifts of a post may not overlap",
                    todo=f"Cancel shift {clash.pk} first, or plan around it",
                )
            row = Shift.objects.create(post=post, person=person, starts_at=starts, ends_at=ends)
            made.append(row)
            taken.append(row)
        body = {"post": post, "shifts": [_told(s) for s in made], "by": actor.body()}
        enter(ctx, kind="shift.planned", body=body)
    return made


def note(ctx: Context, number: int, text: str, actor: Actor) -> Shift:
    """Write what the outgoing tells the incoming of a shift; a later note replaces it, and the ledger keeps both."""
    text = said(text, SHORT)
    if not text:
        raise Refused("A handover says something", todo="Write what the next on duty must know")

    def change(shift: Shift) -> dict[str, object]:
        if shift.accepted_at:
            raise Refused(f"Shift {number} was accepted at {iso(shift.accepted_at)}: it is taken over")
        shift.handover_note, shift.noted_at = text, ctx.now()
        return {"note": text}

    return _change(ctx, number, actor, "noted", change)


def accept(ctx: Context, number: int, actor: Actor) -> Shift:
    """Take a shift over: from now on, or from its start when that is later, the duty is the incoming's.

    At the desk only the person whose shift it is accepts. Raises Refused when it is over or accepted already.
    """

    def change(shift: Shift) -> dict[str, object]:
        if shift.accepted_at:
            raise Refused(f"Shift {number} was accepted at {iso(shift.accepted_at)}")
        if shift.ends_at <= ctx.now():
            raise Refused(f"Shift {number} ended at {iso(shift.ends_at)}")
        if actor.via == "desk" and actor.person != shift.person:
            raise Refused(f"Shift {number} is {shift.person}'s to accept", todo=f"Ask {shift.person}")
        shift.accepted_at = ctx.now()
        return {"accepted_at": iso(shift.accepted_at), "note_read": shift.handover_note or None}

    return _change(ctx, number, actor, "accepted", change)


def cancel(ctx: Context, number: int, actor: Actor) -> Shift:
    """Take a shift that has not begun out of the rota. ``restore`` is the way back."""

    def change(shift: Shift) -> dict[str, object]:
        if shift.starts_at <= ctx.now():
            raise Refused(f"Shift {number} has begun", todo="Plan another after it, or hand it over")
        shift.cancelled_at = ctx.now()
        return {}

    return _change(ctx, number, actor, "cancelled", change)


def restore(ctx: Context, number: int, actor: Actor) -> Shift:
    """Put a cancelled shift back. Raises Refused when somebody else is on for the post by now, or it is over."""

    def change(shift: Shift) -> dict[str, object]:
        _check(ctx, shift.post, shift.person, shift.starts_at, shift.ends_at)
        if any(s.starts_at < shift.ends_at and shift.starts_at < s.ends_at for s in shifts_of(shift.post)):
            raise Refused(f"Shift {number} would overlap another of {shift.post} by now", todo="Cancel that one first")
        shift.cancelled_at = None
        return {}

    return _change(ctx, number, actor, "restored", change)


def pending(now: datetime) -> list[tuple[Shift, Shift]]:
    """Return the handovers that should have happened and were not accepted: who is still on duty, who should be."""
    found = []
    for post in sorted(set(Shift.objects.filter(cancelled_at=None).values_list("post", flat=True))):
        shift, waits = standing(shifts_of(post), now)
        if shift is not None and waits is not None:
            found.append((shift, waits))
    return found


def _check(ctx: Context, post: str, person: Person, starts: datetime, ends: datetime) -> None:
    if starts >= ends:
        raise Refused("A shift ends after it starts", todo="Give a later end")
    if ends <= ctx.now():
        raise Refused("A shift cannot be planned in the past", todo="Give a later end")
    if ends - starts > LONGEST:
        raise Refused(f"A shift lasts at most {LONGEST.days} days", todo="Plan several")
    if not may_stand(person, post):
        raise Refused(
            f"{person} holds neither the post of {post} nor that of a deputy",
            todo=f"tocsin people hold {post} {person.get_username()}",
        )


def _change(ctx: Context, number: int, actor: Actor, what: str, change: Callable[[Shift], dict[str, object]]) -> Shift:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        shift = Shift.objects.select_for_update().select_related("person").filter(pk=number).first()
        if shift is None:
            raise Refused(f"There is no shift {number}", todo="See tocsin people rota list")
        may_keep(actor, shift.post).enforce()
        if (shift.cancelled_at is None) == (what == "restored"):
            raise Refused(f"Shift {number} is {'in the rota' if shift.cancelled_at is None else 'cancelled'}")
        list(Holding.objects.select_for_update().filter(post=shift.post, until=None))
        more = change(shift)
        shift.save()
        enter(ctx, kind=f"shift.{what}", body={**_told(shift), "post": shift.post, **more, "by": actor.body()})
    return shift


def _told(shift: Shift) -> dict[str, object]:
    return {
        "shift": shift.pk,
        "person": shift.person.get_username(),
        "starts_at": iso(shift.starts_at),
        "ends_at": iso(shift.ends_at),
    }
