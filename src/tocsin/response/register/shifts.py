"""Shifts of a person that are not over, and how they pass to whoever takes the post."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from tocsin.core.clock import iso
from tocsin.response.register.models import Person, Shift


def running(person: Person, now: datetime) -> QuerySet[Shift]:
    """Return the shifts of a person that are not over and not cancelled."""
    return Shift.objects.filter(person=person, cancelled_at=None, ends_at__gt=now)


def hand_on(now: datetime, post: str, person: Person, heir: Person) -> list[dict[str, object]]:
    """Give the shifts of a post that are not over from one person to another; one that runs is cut at this moment.

    Inside the caller's transaction. Returns what was handed on, as it stands in a ledger body.
    """
    told: list[dict[str, object]] = []
    for row in running(person, now).filter(post=post).select_for_update():
        shift = row
        if row.starts_at < now:
            shift = Shift(post=post, person=heir, starts_at=now, ends_at=row.ends_at, accepted_at=now)
            shift.handover_note = row.handover_note
            row.ends_at = now
            row.save(update_fields=["ends_at"])
            shift.save()
        else:
            shift.person, shift.accepted_at = heir, None
            shift.save(update_fields=["person", "accepted_at"])
        told.append({"shift": shift.pk, "post": post, "to": heir.get_username(), "starts_at": iso(shift.starts_at)})
    return told
