"""Labels: who called a place's violence by which name, or avoided it, when, in which document, and what followed.

Tocsin applies no label and rules on none: a row says that somebody else did, and cites where. A name fixes actors and
money (a genocide, a conflict, a humanitarian crisis have different mandates): what it opened or closed stands with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from tocsin.catalog.geography.lookup import meant
from tocsin.catalog.labels import labels
from tocsin.catalog.library import library
from tocsin.core import words as text
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket.acts.propose import who
from tocsin.response.docket.models_deciding import Label
from tocsin.response.docket.offices_only import no_person, office
from tocsin.response.docket.plain import plain
from tocsin.response.register import situations
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

KINDS = ("mandate", "fund", "actor", "procedure")


def label(
    ctx: Context,
    place: str,
    actor: Actor,
    *,
    term: str,
    use: str,
    by: str,
    said_on: date,
    document: str,
    words: str = "",
    opened: Sequence[str] = (),
    closed: Sequence[str] = (),
) -> Label:
    """Record that ``by`` applied or avoided a label; each effect is ``KIND: WHAT`` or the id of a procedure.

    Raises Misuse for a label, a use or a kind of effect there is not; Refused without a document, for a day to come, or
    when an avoided label does not say which words were used instead.
    """
    place_id = meant(place)
    may(actor, "assess").enforce()
    if term not in labels():
        raise Misuse(f"{term!r} is no label of the catalogue", todo=f"There are {', '.join(labels())}")
    if use not in Label.Use.values:
        raise Misuse(f"{use!r} is neither applied nor avoided", todo="Write --applied or --avoided")
    named, cited, instead = office(by), text.said(document, text.SHORT), text.said(words, text.SHORT)
    if len(cited) < 4:
        raise Refused("A label is recorded with the document it stands in", todo="Write --document TEXT")
    if said_on > ctx.now().date():
        raise Refused(f"{said_on} is still to come", todo="Give the day of the document")
    if use == Label.Use.AVOIDED and not instead:
        raise Refused("Where a label was avoided, the words used instead are quoted", todo="Write --words TEXT")
    no_person(cited, instead, *opened, *closed)
    effects = [_effect("opened", e) for e in opened] + [_effect("closed", e) for e in closed]
    fields: dict[str, Any] = {"term": term, "use": use, "actor": named, "document": cited, "words": instead}
    with transaction.atomic():
        situations.ensure(ctx, place_id)
        body = {"place_id": place_id, **fields, "said_on": said_on, "effects": effects, "by": actor.body()}
        entry = enter(ctx, kind="label.recorded", body=plain(body))
        return Label.objects.create(
            place_id=place_id,
            said_on=said_on,
            effects=effects,
            at=ctx.now(),
            ledger_seq=entry.seq,
            **fields,
            **who(actor),
        )


def _effect(does: str, said: str) -> dict[str, str]:
    """Return one effect: a procedure of the catalogue by its id, or a mandate, a fund or an actor in words."""
    word = text.said(said, text.SHORT)
    if word in library().procedures:
        row = library().procedures[word]
        return {"does": does, "kind": "procedure", "what": f"{row.body}: {row.procedure}", "procedure": word}
    kind, colon, what = word.partition(":")
    if not colon or kind.strip() not in KINDS or not what.strip():
        raise Misuse(
            f"{said!r} is no effect", todo=f'Write "KIND: WHAT", KIND one of {", ".join(KINDS)}, or a procedure'
        )
    return {"does": does, "kind": kind.strip(), "what": what.strip(), "procedure": ""}
