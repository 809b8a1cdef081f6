"""Who is on duty for a post at a moment, and whom and how a message to it reaches.

Shifts of a post never overlap. A shift that follows straight upon somebody else's is taken over when the incoming
accepts it; until then the outgoing stays on duty. Between shifts there is a gap: nobody is on duty, and a message
goes to the other holders of the post, then to its deputies, then to the office.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tocsin.response.register import mandate
from tocsin.response.register.contacts import Contact, is_quiet
from tocsin.response.register.models import Holding, Person, Shift

PAGE = "page"
"""The channel that is always there: the page itself, read by whoever holds the post."""


@dataclass(frozen=True)
class Reach:
    """One way to a post: over which channel to which address, of whom, and why this one stands here in the order.

    ``quiet`` is true while the contact's own quiet hours hold; whether they count is the directive's to say.
    """

    post: str
    person: Person | None
    channel: str
    address: str
    quiet: bool
    why: str


@dataclass(frozen=True)
class Watch:
    """A stretch of the rota: who is on duty from when to when; None is a gap. ``waits_for`` has not accepted yet."""

    start: datetime
    end: datetime
    person: Person | None
    waits_for: Person | None = None


def shifts_of(post: str) -> list[Shift]:
    """Return the shifts of a post that were not cancelled, in the order in which they start."""
    return list(Shift.objects.filter(post=post, cancelled_at=None).select_related("person").order_by("starts_at", "id"))


def standing(shifts: Sequence[Shift], at: datetime) -> tuple[Shift | None, Shift | None]:
    """Return the shift whose person is on duty at a moment, and the planned one when that is not accepted yet.

    ``shifts`` are those of one post, in order. (None, None) is a gap in the rota.
    """
    index = next((i for i, s in enumerate(shifts) if s.starts_at <= at < s.ends_at), None)
    if index is None:
        return None, None
    planned = index
    while _waits(shifts, index, at):
        index -= 1
    if shifts[index].person_id == shifts[planned].person_id:  # back to whoever never handed over
        return shifts[planned], None
    return shifts[index], shifts[planned]


def _waits(shifts: Sequence[Shift], index: int, at: datetime) -> bool:
    """Tell whether a shift is still to be taken over at a moment from somebody whose shift ends where it starts."""
    shift = shifts[index]
    if shift.accepted_at is not None and shift.accepted_at <= at:
        return False
    before = shifts[index - 1] if index else None
    return before is not None and before.ends_at == shift.starts_at and before.person_id != shift.person_id


def on_duty(post: str, at: datetime) -> Person | None:
    """Return who is on duty for a post at a moment; None in a gap, or when that person's account is closed."""
    shift, _ = standing(shifts_of(post), at)
    return shift.person if shift is not None and shift.person.is_active else None


def watches(post: str, start: datetime, end: datetime) -> list[Watch]:
    """Return the rota of a post between two moments, gaps and handovers not yet accepted among them, without a hole."""
    shifts = shifts_of(post)
    marks = {start, end}
    for shift in shifts:
        marks |= {m for m in (shift.starts_at, shift.ends_at, shift.accepted_at) if m and start < m < end}
    found: list[Watch] = []
    edges = sorted(marks)
    for since, until in itertools.pairwise(edges):
        shift, waits = standing(shifts, since)
        person = shift.person if shift else None
        waiting = waits.person if waits else None
        if found and found[-1].person == person and found[-1].waits_for == waiting:
            found[-1] = Watch(found[-1].start, until, person, waiting)
        else:
            found.append(Watch(since, until, person, waiting))
    return found


def gaps(post: str, start: datetime, days: int) -> list[Watch]:
    """Return the stretches without anybody on duty within so many days; none for a post that keeps no rota."""
    if not Shift.objects.filter(post=post, cancelled_at=None).exists():
        return []
    return [w for w in watches(post, start, start + timedelta(days=days)) if w.person is None]


def told(post: str, at: datetime) -> list[Reach]:
    """Return whom and how a message to a post reaches, first to last; never empty: the page itself is the last way.

    The order: who is on duty, the other holders, a body's members, the holders of its deputies, the office's contacts.
    A post of an earlier version is reached as that version says. Raises Misuse when no version has such a post.
    """
    rules = mandate.rules_of(post)
    people: dict[int, tuple[Person, str]] = {}
    duty = on_duty(post, at)
    if duty is not None:
        people[duty.pk] = (duty, "on duty")
    for person in _holders(post):
        people.setdefault(person.pk, (person, "holds the post"))
    for member in rules.members(post):
        for person in _holders(member.id):
            people.setdefault(person.pk, (person, f"sits in it as {member.title.lower()}"))
    for deputy in rules.deputies(post):
        for person in _holders(deputy.id):
            people.setdefault(person.pk, (person, f"deputises as {deputy.title.lower()}"))
    office = rules.post(post).office or ""
    rows = list(Contact.objects.filter(retired_at=None).order_by("id"))
    ways: list[Reach] = []
    for person, why in people.values():
        own = [c for c in rows if c.person_id == person.pk and c.post in ("", post)]
        # The one for this very post before one for the person anywhere, a verified one before one that never was.
        ways += [
            _way(post, c, at, why) for c in sorted(own, key=lambda c: (c.post != post, c.last_verified_at is None))
        ]
    shared = [c for c in rows if c.person_id is None and office and c.office == office and c.post in ("", post)]
    ordered = sorted(shared, key=lambda c: (c.post != post, c.last_verified_at is None))
    ways += [_way(post, c, at, f"contact of the {'post' if c.post else 'office'}") for c in ordered]
    first = {(w.channel, w.address): w for w in reversed(ways)}
    ways = [w for w in ways if first[w.channel, w.address] is w]
    return [*ways, Reach(post, None, PAGE, post, quiet=False, why="the page is always there")]


def _holders(post: str) -> list[Person]:
    rows = Holding.objects.filter(post=post, until=None, person__is_active=True).select_related("person")
    return [h.person for h in rows.order_by("since", "id")]


def _way(post: str, contact: Contact, at: datetime, why: str) -> Reach:
    said = why if contact.last_verified_at else f"{why}; the address was never verified"
    return Reach(post, contact.person, contact.channel, contact.address, is_quiet(contact, at.astimezone(UTC)), said)
