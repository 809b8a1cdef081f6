"""A clock put ahead by hand: on a drill, or on a home that nobody relies on yet; entered in the ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.response.register import drill, record
from tocsin.response.register.models import LedgerBody, LedgerEntry


def move(ctx: Context, machine: datetime, who: dict[str, object]) -> str:
    """Judge whether the clocks may be moved to ``ctx.now()`` by hand, record a move ahead, and say so in one line.

    ``machine`` is the machine's own time; the line is empty when nothing lies ahead of it. Raises Refused for a time
    before the newest entry, and for a time ahead on a home that somebody relies on: lapses would be recorded, and
    published, that never happened.
    """
    asked = ctx.now()
    newest = LedgerEntry.objects.aggregate(at=Max("time"))["at"]
    if newest is not None and asked < newest:
        raise Refused(
            f"A clock does not run backwards; the newest entry is of {iso(newest)}",
            todo="Give that time or a later one, or leave --now out",
        )
    if asked <= machine + drill.SLACK:
        return ""
    made_up = drill.is_drill(ctx.settings)
    if not made_up and (relied := _relied_on(ctx)):
        raise Refused(
            f"This home is relied on ({relied}); its clock is not moved ahead of the machine's, {iso(machine)}",
            todo="Rehearse on a copy: tocsin drill DIR, then the same command with --home DIR",
        )
    if newest is None or newest < asked:
        with transaction.atomic():
            record.enter(ctx, kind=drill.MOVED, body={"to": iso(asked), "machine": iso(machine), "by": who})
    if made_up:
        return f"Drill: the clocks are moved to {iso(asked)}; nothing leaves this folder."
    return (
        f"The clocks are moved to {iso(asked)}, ahead of the machine's: allowed because nobody signed here at the desk "
        "and no witness is outside. Entered in the ledger."
    )


def _relied_on(ctx: Context) -> str:
    """Return why a home is relied on; empty when it is nobody's yet."""
    reasons = []
    # Written by us as canonical JSON: a person's own words cannot hold these quotes unescaped.
    if LedgerBody.objects.filter(body__contains='"method":"passphrase"').exists():
        reasons.append("acts were signed at the desk")
    if folders := drill.outside(ctx):
        reasons.append(f"a witness is outside: {', '.join(map(str, folders))}")
    return "; ".join(reasons)
