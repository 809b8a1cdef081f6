"""Who takes over: a post that moves takes its shifts along, and somebody who leaves leaves nothing behind unheld.

Duties hang on posts, never on persons: an item, a commitment, a track, a cover or a ping is a post's or an office's.
What hangs on a person is their posts, their shifts, their own contacts and their account; these are handed on here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register import mandate
from tocsin.response.register.models import Contact, Holding, LoginTicket, Person, Shift
from tocsin.response.register.people import OPERATOR, Actor, ensure_operator, holders, may
from tocsin.response.register.shifts import hand_on, running


@dataclass
class Left:
    """What somebody who left handed on: post to who holds it now, shifts to who has them, contacts retired."""

    person: Person
    posts: dict[str, str] = field(default_factory=dict)
    shifts: list[dict[str, object]] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)


def leave(ctx: Context, person: Person, actor: Actor, *, to: Mapping[str, Person] | Person | None = None) -> Left:
    """Close somebody's account and hand on all that hung on them, in one transaction.

    ``to`` is who takes each post (or all); a post it does not name goes to a holder of one of its deputies, else to the
    operator, standing in. Raises Refused when the actor may not, for the operator's own account, for somebody who has
    left, or for a successor who has; Misuse when a post named is not theirs.
    """
    from tocsin.response.register.record import enter

    may(actor, "assign").enforce()
    if person.get_username() == OPERATOR:
        raise Refused("The operator's account stands in for everybody and cannot leave", todo="Give its posts away")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            raise Refused(f"{person} has left already")
        held = list(Holding.objects.select_for_update().filter(person=person, until=None).order_by("post"))
        named = to if isinstance(to, Mapping) else {h.post: to for h in held} if to else {}
        strange = sorted(set(named) - {h.post for h in held})
        if strange:
            raise Misuse(f"{person} does not hold {', '.join(strange)}")
        for heir in named.values():
            if not heir.is_active or heir == person:
                raise Refused(f"{heir} cannot take over: the account is closed, or it is who leaves")
        done, now = Left(person), ctx.now()
        for holding in held:
            holding.until = now
            holding.save(update_fields=["until"])
            heir = named.get(holding.post) or _by_rule(ctx, holding.post, person)
            if not Holding.objects.filter(post=holding.post, person=heir, until=None).exists():
                Holding.objects.create(person=heir, post=holding.post, since=now)
            done.posts[holding.post] = heir.get_username()
        for post in sorted(set(running(person, now).values_list("post", flat=True))):
            done.shifts += hand_on(now, post, person, _heir_of_shift(ctx, post, person, done.posts))
        mine = Contact.objects.filter(person=person, retired_at=None)
        done.contacts = list(mine.values_list("pk", flat=True))
        mine.update(retired_at=now)
        LoginTicket.objects.filter(person=person, used_at=None).delete()
        person.is_active = False
        person.save(update_fields=["is_active"])
        body = {"person": person.get_username(), "posts": done.posts, "shifts": done.shifts, "contacts": done.contacts}
        enter(ctx, kind="person.left", body={**body, "by": actor.body()})
    return done


def come_back(ctx: Context, person: Person, actor: Actor) -> Person:
    """Open the account of somebody who left again; it holds no post and no contact until it is given one."""
    from tocsin.response.register.record import enter

    may(actor, "assign").enforce()
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.is_active:
            raise Refused(f"{person} has not left")
        person.is_active = True
        person.save(update_fields=["is_active"])
        enter(ctx, kind="person.returned", body={"person": person.get_username(), "by": actor.body()})
    return person


def _by_rule(ctx: Context, post: str, leaving: Person) -> Person:
    """Return who takes a post when nobody is named: another holder, a deputy's holder, the operator standing in."""
    for other in [post, *(p.id for p in mandate.rules_of(post).deputies(post))]:
        found = [p for p in holders(other) if p.is_active and p != leaving and p.get_username() != OPERATOR]
        if found:
            return found[0]
    return _operator(ctx)


def _heir_of_shift(ctx: Context, post: str, leaving: Person, posts: Mapping[str, str]) -> Person:
    """Return who takes the shifts of a post: its holder now, whoever that became."""
    found = [p for p in holders(post) if p.is_active and p != leaving]
    chosen = Person.objects.filter(username=posts[post]).first() if post in posts else None
    return chosen or (found[0] if found else _operator(ctx))


def _operator(ctx: Context) -> Person:
    found = Person.objects.filter(username=OPERATOR).first()
    return found or ensure_operator(ctx)


def without_holder() -> list[str]:
    """Return the posts of the directive in force that no open account holds."""
    held = set(Holding.objects.filter(until=None, person__is_active=True).values_list("post", flat=True))
    return [p.id for p in directive.current().posts if p.id not in held]


def orphaned_shifts(now: datetime) -> list[Shift]:
    """Return the shifts not over whose person has left."""
    rows = Shift.objects.filter(cancelled_at=None, ends_at__gt=now, person__is_active=False)
    return list(rows.select_related("person").order_by("post", "starts_at"))


def orphaned_contacts() -> list[Contact]:
    """Return the contacts in use of a person who has left, or of an office or post that is none any more."""
    rules = directive.current()
    offices, posts = {o.id for o in rules.offices}, {"", *(p.id for p in rules.posts)}
    gone = Q(person__is_active=False) | ~Q(office__in=offices) | ~Q(post__in=posts)
    return list(Contact.objects.filter(gone, retired_at=None).order_by("id"))
