"""Activities are entered and changed: rows, a change that says which fields, and one ledger entry in one transaction.

The ledger's body holds the words of what everybody may see. Of a restricted activity it holds its number alone: that
and when something was entered can be shown, and what it was cannot be read from any export.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from tocsin.catalog.tables import Finding, read_rows
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.activities import shield
from tocsin.response.register.activities.row import ActivityRow
from tocsin.response.register.models import Activity, ActivityChange, ActivityPlace
from tocsin.response.register.people import Actor, may

PLAIN = ("what", "area", "starts", "ends", "status", "source", "source_on", "contact_office")
LISTS = ("sectors", "options", "instruments", "factors")
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
KEY = ("organisation", "ref")


@dataclass
class Imported:
    """What came of a table: how many rows were new, changed or as before; with a fault nothing was taken in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    restricted: int = 0
    faults: list[Finding] = field(default_factory=list)


class _TakenBack(Exception):
    """Ends a transaction whose table has a fault."""


def checked(given: dict[str, Any]) -> ActivityRow:
    """Return an activity as a form or a command brings it. Raises Misuse that names the field at fault."""
    try:
        return ActivityRow.model_validate(dict.fromkeys(ActivityRow.model_fields, "") | given)
    except ValidationError as error:
        fault = error.errors()[0]
        message = str(fault["msg"]).removeprefix("Value error, ")
        name = f"{fault['loc'][0]}: " if fault["loc"] else ""
        raise Misuse(f"{name}{message}", todo="Correct it") from None


def put(ctx: Context, actor: Actor, row: ActivityRow) -> tuple[Activity, str]:
    """Enter an activity, or change the one of that organisation and reference; return it and new, changed or unchanged.

    Without a word on who sees it, a new one is hidden where there is danger (``shield.danger``); so is one that stands
    and that nobody gave a reason to show. What is hidden stays so. Raises Refused where the post may not see the one
    that stands, or shows danger without a reason.
    """
    may(actor, "read").enforce()
    with transaction.atomic():
        found = Activity.objects.select_for_update().filter(organisation=row.organisation, ref=row.ref).first()
        if found is None:
            return _new(ctx, actor, row), NEW
        if not shield.may_see(found, [actor.post]):
            raise Refused(
                f"The reference {row.ref} of {row.organisation} cannot be used by {actor.post}",
                todo="Give it another reference",
            )
        fields = _differs(found, row)
        before, places = (found.restricted, found.seen_by, found.because), _places(found)
        # Hidden, or shown for a reason, is no danger that somebody must answer for once more; an added place may be.
        settled = (found.restricted or found.because) and not row.visibility
        asked = [p for p in row.places if p not in places] if settled else row.places
        word = row.visibility or (shield.HIDDEN if found.restricted else "")
        danger = shield.danger(ctx, asked)
        if row.visibility or row.seen_by or danger:
            posts = row.seen_by or (found.seen_by if word == shield.HIDDEN else ())
            shield.settle(
                found, word, danger=danger, seen_by=posts, because=row.because or found.because, own=actor.post
            )
        if (found.restricted, found.seen_by, found.because) != before:
            fields.append("visibility")
        if not fields:
            return found, UNCHANGED
        _write(ctx, actor, found, row, CHANGED, fields)
        return found, CHANGED


def tighten(ctx: Context) -> int:
    """Hide what nobody gave a reason to show and what danger has come to since; return how many were hidden.

    Seen from then on by the post that entered it last. Nothing that is hidden is ever shown by this.
    """
    hidden = 0
    for found in Activity.objects.filter(restricted=False, because=""):
        danger = shield.danger(ctx, _places(found))
        if danger:
            with transaction.atomic():
                shield.settle(found, "", danger=danger, seen_by=(), because="", own=found.post)
                found.changed_at = ctx.now()
                found.save()
                _changed(ctx, found, CHANGED, ["visibility"], found.post, {"by": {"rule": "danger"}})
            hidden += 1
    return hidden


def take_in(ctx: Context, actor: Actor, path: Path) -> Imported:
    """Take in a table of activities, whole or not at all. The same table twice changes nothing the second time."""
    rows, faults = read_rows(path, ActivityRow, path.name, KEY)
    done = Imported(faults=faults)
    try:
        with transaction.atomic():
            for line, row in rows:
                try:
                    activity, what = put(ctx, actor, row)
                except Refused as error:
                    column = "because" if "danger" in error.what else "ref"
                    done.faults.append(Finding(path.name, line, column, row.ref, error.what, error.todo))
                    continue
                setattr(done, what, getattr(done, what) + 1)
                done.restricted += activity.restricted
            if done.faults:
                raise _TakenBack
    except _TakenBack:
        return Imported(faults=sorted(done.faults, key=lambda fault: fault.line))
    return done


def _new(ctx: Context, actor: Actor, row: ActivityRow) -> Activity:
    made = Activity(organisation=row.organisation, ref=row.ref, added_at=ctx.now())
    shield.settle(
        made,
        row.visibility,
        danger=shield.danger(ctx, row.places),
        seen_by=row.seen_by,
        because=row.because,
        own=actor.post,
    )
    _write(ctx, actor, made, row, NEW, [])
    return made


def _differs(found: Activity, row: ActivityRow) -> list[str]:
    fields = [name for name in PLAIN if getattr(found, name) != getattr(row, name)]
    fields += [name for name in LISTS if getattr(found, name) != list(getattr(row, name))]
    return fields + (["places"] if _places(found) != sorted(row.places) else [])


def _places(found: Activity) -> list[str]:
    return sorted(found.at.values_list("place_id", flat=True))


def _write(  # noqa: PLR0917 - one act, in one place
    ctx: Context, actor: Actor, made: Activity, row: ActivityRow, kind: str, fields: list[str]
) -> None:
    for name in PLAIN:
        setattr(made, name, getattr(row, name))
    for name in LISTS:
        setattr(made, name, list(getattr(row, name)))
    made.post, made.changed_at = actor.post, ctx.now()
    made.save()
    if kind == NEW or "places" in fields:
        made.at.all().delete()
        ActivityPlace.objects.bulk_create(ActivityPlace(activity=made, place_id=p) for p in sorted(row.places))
    told: dict[str, Any] = {"by": {"post": actor.post}}
    if not made.restricted:
        told = row.model_dump(mode="json", exclude={"visibility", "seen_by"}) | {"fields": fields, "by": actor.body()}
    _changed(ctx, made, kind, fields, actor.post, told)


def _changed(  # noqa: PLR0917 - one act, in one place
    ctx: Context, made: Activity, kind: str, fields: list[str], post: str, told: dict[str, Any]
) -> None:
    from tocsin.response.register.record import enter

    body = {"activity": made.pk, "restricted": made.restricted, **told}
    entry = enter(ctx, kind=f"activity.{kind}", body=body)
    ActivityChange.objects.create(
        activity=made, kind=kind, fields=fields, post=post, at=ctx.now(), ledger_seq=entry.seq
    )
