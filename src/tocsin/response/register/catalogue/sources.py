"""Acts on sources: one may not be leaned on any more, or stands again. Each is a row and a ledger entry."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from tocsin.catalog import withdrawn
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import SHORT, said, substantial
from tocsin.response.register.catalogue.following import agree
from tocsin.response.register.catalogue.rules import may_withdraw
from tocsin.response.register.models import SourceWord
from tocsin.response.register.people import Actor

KINDS = ("retracted", "expired", "withdrawn")


def withdraw(ctx: Context, actor: Actor, source: str, *, kind: str, why: str) -> SourceWord:
    """Say that a source may not be leaned on: from now on every grade that rests on it is lower, and says why.

    ``source`` is a DOI or an address; ``kind`` is retracted, expired or withdrawn. Raises Misuse when it names no
    source or kind, Refused when the reason says nothing, when it is said already, or when the actor may not.
    """
    if kind not in KINDS:
        raise Misuse(f"{kind!r} is nothing that befalls a source", todo=f"Choose one of {', '.join(KINDS)}")
    return _enter(ctx, actor, source, kind, why)


def restore(ctx: Context, actor: Actor, source: str, *, why: str) -> SourceWord:
    """Say that a withdrawn source stands again; what was said before stays on record. Raises as ``withdraw`` does."""
    return _enter(ctx, actor, source, "restored", why)


def _enter(ctx: Context, actor: Actor, source: str, kind: str, why: str) -> SourceWord:
    from tocsin.response.register.record import enter

    may_withdraw(actor).enforce()
    source, why = " ".join(said(source, 400).split()), said(why, SHORT)
    names = withdrawn.keys(source)
    if len(names) != 1:
        raise Misuse(
            f"{source[:80]!r} names {'no source' if not names else f'{len(names)} sources'}",
            todo="Give one DOI, as doi:10.1000/xyz, or one address that begins with https://",
        )
    if not substantial(why):
        raise Refused("The reason says too little", todo="Say in three words at least how it is known")
    with transaction.atomic():
        last = SourceWord.objects.select_for_update().filter(key=names[0]).order_by("id").last()
        gone = withdrawn.every().get(names[0]) if last is None else last
        now = gone.kind if gone else "restored"
        if kind == now:
            state = "is not withdrawn" if kind == "restored" else f"is {kind} already"
            raise Refused(f"{source} {state}", todo="See tocsin sources list")
        body = {"source": source, "key": names[0], "kind": kind, "why": why, "by": actor.body()}
        entry = enter(ctx, kind="source.restored" if kind == "restored" else "source.withdrawn", body=body)
        row = SourceWord.objects.create(
            source=source, key=names[0], kind=kind, why=why, post=actor.post, at=ctx.now(), ledger_seq=entry.seq
        )
        transaction.on_commit(partial(agree, ctx.settings))
    return row


def listing() -> list[dict[str, Any]]:
    """Return every source that may not be leaned on, what ships first, with the options whose grade it lowers."""
    from tocsin.catalog.library import library

    options = library().options.values()
    return [
        {
            "source": row.source,
            "key": name,
            "kind": row.kind,
            "on": row.on.isoformat(),
            "why": row.why,
            "said_by": "the catalogue" if not isinstance(row, withdrawn.HomeWithdrawal) else "this home",
            "options": [o.id for o in options if row.sentence in o.lowered_because],
        }
        for name, row in withdrawn.every().items()
    ]
