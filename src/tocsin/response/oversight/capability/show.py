"""Offers, needs, fits and asks as plain values, for page and command alike; only what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tocsin.catalog.cooperation import capabilities
from tocsin.core.clock import iso
from tocsin.response.oversight.capability import needs as room
from tocsin.response.oversight.models import Ask, Need
from tocsin.response.register import offers
from tocsin.response.register.activities import organisations, shield
from tocsin.response.register.activities.organisations import SECTORS, Org
from tocsin.response.register.models import Offer


def directory(posts: Iterable[str], today: date, kind: str = "", place: str = "") -> list[dict[str, Any]]:
    """Return the offers that stand, by capability and organisation."""
    rows, names = offers.standing(posts, name=kind, place=place), organisations.known()
    used = room.last_used(rows)
    return [_offer(row, names.get(row.organisation), today, used.get(row.pk)) for row in rows]


def need(row: Need, posts: Iterable[str]) -> dict[str, Any]:
    """Return a need with its asks and what was answered."""
    asks = row.asks.select_related("offer").prefetch_related("said")
    held = list(posts)
    return {
        "need": row.pk,
        "capability": row.capability,
        "capability_name": capabilities()[row.capability].name,
        "what": row.what,
        "place": row.place_id or None,
        "needed_by": row.needed_by.isoformat(),
        "item": row.item_id,
        "package": row.package_id,
        "gap": row.gap_id,
        "post": row.post,
        "restricted": row.restricted,
        "closed_at": iso(row.closed_at),
        "closed_why": row.closed_why,
        "asks": [_ask(one) for one in asks if shield.may_see(one.offer, held)],
    }


def matched(row: Need, posts: Iterable[str], today: date) -> dict[str, Any]:
    """Return a need with the offers that fit it, by side; a side that offers nothing is there too."""
    held = list(posts)
    sides = room.matched(row, held, today)
    return need(row, held) | {
        "sides": [
            {
                "side": side,
                "title": SECTORS[side],
                "offers": [
                    _offer(fit.offer, fit.org, today, fit.last_used)
                    | {"why": list(fit.why), "presumes": list(fit.presumes), "missing": list(fit.missing)}
                    for fit in fits
                ],
            }
            for side, fits in sides.items()
        ]
    }


def _offer(row: Offer, org: Org | None, today: date, used: date | None) -> dict[str, Any]:
    return {
        "offer": row.pk,
        "organisation": row.organisation,
        "organisation_name": org.name if org else row.organisation,
        "side": org.side if org else "ngo",
        "capability": row.capability,
        "capability_name": capabilities()[row.capability].name,
        "what": row.what,
        "places": row.places,
        "lead_days": row.lead_days,
        "conditions": row.conditions,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "verified_on": row.verified_on.isoformat(),
        "age": offers.age(row, today),
        "last_used": used.isoformat() if used else None,
        "tool": row.tool_id,
        "contact_office": row.contact_office,
        "restricted": row.restricted,
        "seen_by": row.seen_by,
        "because": row.because,
    }


def _ask(row: Ask) -> dict[str, Any]:
    return {
        "ask": row.pk,
        "offer": row.offer_id,
        "organisation_name": organisations.named(row.offer.organisation).name,
        "words": row.words,
        "state": room.state(row),
        "to_post": row.to_post,
        "at": iso(row.at),
        "answer_due": iso(row.answer_due),
        "said": [
            {"kind": w.kind, "words": w.words, "on": w.used_on.isoformat() if w.used_on else None, "at": iso(w.at),
             "late": w.at > row.answer_due and w.kind in {"offered", "refused"}}
            for w in row.said.all()
        ],
    }  # fmt: skip
