"""The bell: anybody signed in may ring it, with reasons; nobody can veto it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace

from tocsin.catalog import tripwires
from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.response.docket import outbox
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Item
from tocsin.response.register.people import Actor, may
from tocsin.tripwires import bell


def find_place(text: str) -> str:
    """Return the identifier of a place given by its three letters or its name. Raises Misuse when unknown."""
    known = places()
    if text.strip().upper() in known:
        return text.strip().upper()
    found = known.from_name(text)
    if found is None:
        raise Misuse(f"{text!r} is not a place", todo="Write its three letters, as in SDN, or its name")
    return found


def ring_bell(
    ctx: Context, place_id: str, because: str, actor: Actor, *, vintage: str = "no run yet", run_id: str = ""
) -> Item:
    """Ring the bell on a place: a warning that opens or joins an item. Returns the item.

    The same post ringing with the same words on the same day is one bell: ringing it again returns the same item.
    Who rang stands in the ledger entry's body alone, never on the item, in a message or in a header. Raises Refused
    without reasons or when the actor may not; Misuse on an unknown place.
    """
    place = find_place(place_id)
    may(actor, "bell").enforce()
    now = ctx.now()
    firing = bell.evaluate(tripwires.get("bell"), place, because, now)[0]
    reasons = firing.because[0].text
    told = "|".join([place, actor.post, reasons, f"{now:%Y-%m-%d}"])
    period = f"{now:%Y-%m-%d}-{hashlib.sha256(told.encode()).hexdigest()[:10]}"
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
