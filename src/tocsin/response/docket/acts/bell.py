"""The bell: anybody signed in may ring it, with reasons; nobody can veto it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace

from tocsin.catalog import tripwires
from tocsin.catalog.geography.lookup import meant
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.response.docket import outbox
from tocsin.response.docket.acts.open import receive, vintage_of
from tocsin.response.docket.models import Item
from tocsin.response.register import runs
from tocsin.response.register.people import Actor, may
from tocsin.tripwires import bell


def find_place(text: str) -> str:
    """Return the identifier of a place given by its letters or its name. Raises Misuse when unknown or ambiguous."""
    return meant(text)


def ring_bell(ctx: Context, place_id: str, because: str, actor: Actor) -> Item:
    """Ring the bell on a place: a warning that opens or joins an item. Returns the item.

    The same words about the same place on the same day are one bell: ringing it again returns the same item.
    Who rang stands in the ledger entry's body alone, never on the item, in a message or in a header. Raises Refused
    without reasons or when the actor may not; Misuse on an unknown place.
    """
    place = find_place(place_id)
    may(actor, "bell").enforce()
    now = ctx.now()
    firing = bell.evaluate(tripwires.get("bell"), place, because, now)[0]
    reasons = firing.because[0].text
    # Not the post: its few values could be tried out against the hash, and the warning's id is shown to all.
    period = f"{now:%Y-%m-%d}-{hashlib.sha256(reasons.encode()).hexdigest()[:10]}"
    run_id, vintage = _evidence(ctx)
    item = receive(
        ctx,
        {
            **asdict(firing),
            "warning_id": replace(firing, period=period).warning_id,
            "run_id": run_id,
            "fired_at": now,
            "as_of": f"{now:%Y-%m-%d}",
            "summary": f"{firing.summary} They say: {reasons}",
        },
        vintage,
        rung_by=actor,
    )
    outbox.deliver_after(ctx)
    return item


def _evidence(ctx: Context) -> tuple[str, str]:
    """Return the latest run and its vintage. A damaged run is said, and never stops the bell."""
    try:
        run = runs.latest(ctx.settings.home)
    except Damaged:
        return "", "the latest run is damaged"
    return (run.run_id if run else ""), vintage_of(run)
