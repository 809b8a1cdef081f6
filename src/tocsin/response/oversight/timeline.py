"""The timeline of a closed item that may be released: what happened when, by which post, and how to check it.

No person, no reasons, no text of a warning, no source: those stay in ledger bodies, which are released one by one.
"""

from __future__ import annotations

from typing import Any

from tocsin.core.clock import iso
from tocsin.core.errors import Refused
from tocsin.response.docket import letters
from tocsin.response.docket.models import Item
from tocsin.response.register.models import LedgerEntry


def timeline(number: int) -> dict[str, Any]:
    """Return the releasable timeline of an item, in the order of the record.

    Raises Refused, with the rule, while the item is not closed or when there is none.
    """
    item = Item.objects.filter(pk=number).first()
    if item is None:
        raise Refused(f"There is no docket item {number}")
    if item.state != Item.State.CLOSED:
        raise Refused(
            f"Item {number} is not closed: nothing about a current question is released",
            todo="See the counts on the accountability page",
        )
    events: list[dict[str, Any]] = [
        {"at": iso(s.entered_at), "what": f"reached tier {s.tier}", "posts": s.posts, "ledger_seq": None}
        for s in item.steps.all()
    ]
    events += [
        {
            "at": iso(s.acknowledged_at),
            "what": f"acknowledged at tier {s.tier}",
            "posts": [s.acknowledged_post],
            "ledger_seq": None,
        }
        for s in item.steps.exclude(acknowledged_at=None)
    ]
    events += [
        {
            "at": iso(la.due),
            "what": f"{la.clock} clock ran out at tier {la.tier}",
            "posts": la.posts,
            "ledger_seq": la.ledger_seq,
        }
        for la in item.lapses.all()
    ]
    events += [
        {"at": iso(d.at), "what": f"decided to {d.kind}", "posts": [d.post], "ledger_seq": d.ledger_seq}
        for d in item.decisions.all()
    ]
    events += [
        {"at": iso(c.done_at), "what": "a commitment was shown to be done", "posts": [c.done_post], "ledger_seq": None}
        for c in item.commitments.exclude(done_at=None)
    ]
    events.append({"at": iso(item.closed_at), "what": "closed", "posts": [item.owner_post], "ledger_seq": None})
    headers = LedgerEntry.objects.filter(item=number).order_by("seq")
    return {
        "item": number,
        "place_id": item.place_id or None,
        "about": letters.about(item),
        "level": item.level,
        "directive_version": item.directive_version,
        "events": sorted(events, key=lambda e: str(e["at"])),
        "ledger": [{"seq": e.seq, "time": iso(e.time), "kind": e.kind, "commitment": e.commitment} for e in headers],
    }
