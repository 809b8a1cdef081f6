"""Taking back an adoption before its day. What is in force is not taken back: another is adopted in its place."""

from __future__ import annotations

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.docket.adoption.adopt import settle, waiting
from tocsin.response.register.models_directive import Adoption, InForce, Withdrawal
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter


def withdraw(ctx: Context, version: str, actor: Actor, *, reasons: str) -> Withdrawal:
    """Take back the adoption of a version before its moment, by the authority that adopts, with reasons.

    Raises Refused when the actor may not, without reasons, or when no adoption of this version waits.
    """
    may(actor, "assign").enforce()
    why = said(reasons, SHORT)
    settle(ctx)
    row = next((one for one in waiting() if one.version == version), None)
    if row is None:
        raise Refused(f"No adoption of version {version} waits for its day: {_what_became(version)}", todo=_todo())
    if not substantial(why):
        raise Refused("An adoption is taken back with reasons", todo="Write them in a sentence: --reasons TEXT")
    with transaction.atomic():
        Adoption.objects.select_for_update().get(pk=row.pk)
        if InForce.objects.filter(adoption=row).exists() or Withdrawal.objects.filter(adoption=row).exists():
            raise Refused(f"Version {version} took effect, or was taken back, at this moment", todo=_todo())
        body = {"version": version, "adopted": row.ledger_seq, "reasons": why, "by": actor.body()}
        entry = enter(ctx, kind="directive.withdrawn", body=body)
        return Withdrawal.objects.create(adoption=row, at=ctx.now(), post=actor.post, reasons=why, ledger_seq=entry.seq)


def _what_became(version: str) -> str:
    last = Adoption.objects.filter(version=version).order_by("id").last()
    if last is None:
        return "it was never adopted here"
    return "it was taken back already" if hasattr(last, "withdrawn") else "it has taken effect"


def _todo() -> str:
    coming = ", ".join(one.version for one in waiting())
    return f"There waits {coming}" if coming else "To change what is in force, adopt another directive"
