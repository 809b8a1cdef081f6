"""What each office holds today: an option of the catalogue or a name of its own, how soon it can be used, last used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import in_words
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import said
from tocsin.response.register.contacts import may_change
from tocsin.response.register.models import Tool
from tocsin.response.register.people import Actor

MOST_DAYS = 3650
STATED_DAYS, TRIED_DAYS = 180, 365
"""What an office said longer ago, or neither used nor drilled within these days, is not known to be ready."""


def state(
    ctx: Context, office: str, *, option_id: str = "", name: str = "", ready_days: int, actor: Actor, note: str = ""
) -> Tool:
    """State that an office holds a tool and in how many days it can be used; stated again, the days are replaced.

    Raises Misuse on an unknown office or option, without any name, or on days that are none.
    """
    from tocsin.response.register.record import enter

    directive.current().office(office)
    may_change(actor, office).enforce()
    options = library().options
    if option_id and option_id not in options:
        raise Misuse(
            f"There is no option {option_id!r} in the catalogue", todo="See tocsin options list, or give a name"
        )
    name = said(name, 200) or (options[option_id].name if option_id else "")
    if not name:
        raise Misuse("A tool has an option of the catalogue or a name", todo="Give --option ID or --name TEXT")
    if not 0 <= ready_days <= MOST_DAYS:
        raise Misuse(f"Readiness is 0 to {MOST_DAYS} days, not {ready_days}")
    with transaction.atomic():
        row = Tool.objects.select_for_update().filter(
            office=office, option_id=option_id, name=name, retired_at=None
        ).first() or Tool(office=office, option_id=option_id, name=name)
        row.ready_days, row.note, row.stated_at = ready_days, said(note, 2000), ctx.now()
        row.save()
        enter(ctx, kind="tool.stated", body={**_told(row), "by": actor.body()})
    return row


def used(ctx: Context, number: int, on: date, actor: Actor) -> Tool:
    """Record the last day a tool was used. Raises Refused on a day to come or one before the last recorded."""
    return _tried(ctx, number, actor, "used", on)


def drilled(ctx: Context, number: int, on: date, actor: Actor) -> Tool:
    """Record the last day a tool was tried in a drill. Raises Refused on a day to come or one before the last."""
    return _tried(ctx, number, actor, "drilled", on)


def _tried(ctx: Context, number: int, actor: Actor, what: str, on: date) -> Tool:
    column = f"last_{what}_on"

    def change(row: Tool) -> None:
        last = getattr(row, column)
        if on > ctx.now().date() or (last and on < last):
            raise Refused(f"{on} is to come, or before the last day on record", todo=f"Give the last day it was {what}")
        setattr(row, column, on)

    return _change(ctx, number, actor, what, change)


def doubts(row: Tool, today: date) -> list[str]:
    """Return why a tool is not known to be ready, in words; none when it is."""
    tried = max(filter(None, (row.last_used_on, row.last_drilled_on)), default=None)
    found = []
    if (today - row.stated_at.date()).days > STATED_DAYS:
        found.append(f"stated on {in_words(row.stated_at.date())}, more than {STATED_DAYS} days ago")
    if tried is None and (today - row.stated_at.date()).days > TRIED_DAYS:
        found.append("never used and never drilled")
    if tried is not None and (today - tried).days > TRIED_DAYS:
        found.append(f"last used or drilled on {in_words(tried)}, more than {TRIED_DAYS} days ago")
    return found


def retire(ctx: Context, number: int, actor: Actor) -> Tool:
    """Record that the office holds it no more; its row stays."""

    def change(row: Tool) -> None:
        row.retired_at = ctx.now()

    return _change(ctx, number, actor, "retired", change)


def held(office: str = "", within: int | None = None) -> list[Tool]:
    """Return the tools held today, of one office or all, usable within so many days, soonest first."""
    if office:
        directive.current().office(office)
    rows = Tool.objects.filter(retired_at=None)
    rows = rows.filter(office=office) if office else rows
    rows = rows.filter(ready_days__lte=within) if within is not None else rows
    return list(rows.order_by("ready_days", "office", "name", "id"))


def as_dict(row: Tool, today: date) -> dict[str, Any]:
    """Return a tool as it is read: how soon, when last used and drilled, by whose authority, and why it is doubted.

    ``authority`` and ``procedures`` are those of its option, by the catalogue; of a tool with a name of its own nothing
    is known. ``doubts`` are empty where it is known to be ready.
    """
    option = library().options.get(row.option_id)
    return {
        "tool": row.pk,
        "office": row.office,
        "option": row.option_id or None,
        "name": row.name,
        "ready_days": row.ready_days,
        "last_used_on": row.last_used_on,
        "last_drilled_on": row.last_drilled_on,
        "stated_on": row.stated_at.date(),
        "authority": list(option.actors_with_authority) if option else [],
        "procedures": list(option.procedures) if option else [],
        "authority_basis": option.basis_label if option else None,
        "doubts": doubts(row, today),
        "note": row.note or None,
    }


def _change(ctx: Context, number: int, actor: Actor, what: str, change: Callable[[Tool], None]) -> Tool:
    from tocsin.response.register.record import enter

    with transaction.atomic():
        row = Tool.objects.select_for_update().filter(pk=number, retired_at=None).first()
        if row is None:
            raise Refused(f"There is no tool {number} in use", todo="See tocsin people tools list")
        may_change(actor, row.office).enforce()
        change(row)
        row.save()
        enter(ctx, kind=f"tool.{what}", body={**_told(row), "by": actor.body()})
    return row


def _told(row: Tool) -> dict[str, object]:
    return {
        "tool": row.pk,
        "office": row.office,
        "option": row.option_id or None,
        "name": row.name,
        "ready_days": row.ready_days,
        "last_used_on": str(row.last_used_on) if row.last_used_on else None,
        "last_drilled_on": str(row.last_drilled_on) if row.last_drilled_on else None,
    }
