"""A need set against what is offered: which offers fit and why, what each presumes, what is missing; in a fixed order.

The rule, in this order: what holds before what nobody made sure of for long, and that before what has expired; the
capability itself before one that could stand in for it; what is ready by the day before what is not; then fewer days,
then the organisation's name. Nothing is scored, and nothing is left out that fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.catalog.cooperation import capabilities
from tocsin.catalog.geography import places
from tocsin.core.clock import in_words
from tocsin.response.register import offers
from tocsin.response.register.activities.organisations import SECTORS, Org
from tocsin.response.register.models import Offer

AGES = ("", "stale", "expired")


@dataclass(frozen=True)
class Fit:
    """An offer that fits a need: why, what it presumes, what is missing, how old its word is, when last used."""

    offer: Offer
    org: Org
    why: tuple[str, ...]
    presumes: tuple[str, ...]
    missing: tuple[str, ...]
    age: str
    last_used: date | None
    order: tuple[int, int, int, int, str, int]


def match(
    capability: str,
    place_id: str,
    needed_by: date,
    rows: Iterable[Offer],
    *,
    orgs: Mapping[str, Org],
    used: Mapping[int, date],
    today: date,
) -> dict[str, list[Fit]]:
    """Return the offers that fit, by side, every side named. An offer for other places fits nowhere else."""
    found = [
        _fit(capability, place_id, needed_by, row, orgs=orgs, used=used, today=today)
        for row in rows
        if (row.capability == capability or row.capability in capabilities()[capability].near)
        and (not place_id or not row.places or place_id in row.places)
    ]
    ordered = sorted(found, key=lambda fit: fit.order)
    return {side: [fit for fit in ordered if fit.org.side == side] for side in SECTORS}


def _fit(
    capability: str, place_id: str, needed_by: date, row: Offer, *, orgs: Mapping[str, Org], used: Mapping[int, date],
    today: date,
) -> Fit:  # fmt: skip
    asked, given = capabilities()[capability], capabilities()[row.capability]
    org = orgs.get(row.organisation) or Org(row.organisation, row.organisation, "ngo", "record")
    ready, late = today + timedelta(days=row.lead_days), (today + timedelta(days=row.lead_days)) > needed_by
    near = row.capability != capability
    age = offers.age(row, today)
    where = places()[place_id].name if place_id in places() else ""
    why = [f"{given.name} could stand in for {asked.name.lower()}" if near else f"{asked.name} is what it offers"]
    if where:
        why.append(f"{where} is named in it" if row.places else "it is offered anywhere")
    if not late:
        why.append(f"asked today it is ready on {in_words(ready)}, by the day it is needed")
    missing = [f"{asked.name} itself: it is {given.name.lower()}"] if near else []
    if late:
        days = (ready - needed_by).days
        missing.append(f"time: asked today it is ready on {in_words(ready)}, {days} day{'s' * (days > 1)} too late")
    if age == "expired" and row.valid_until is not None:
        missing.append(f"a new word: it held until {in_words(row.valid_until)}")
    elif age == "stale":
        missing.append(f"a fresh word: nobody made sure of it since {in_words(row.verified_on)}")
    return Fit(
        offer=row,
        org=org,
        why=tuple(why),
        presumes=(*given.presumes, *((row.conditions,) if row.conditions else ())),
        missing=tuple(missing),
        age=age,
        last_used=used.get(row.pk),
        order=(AGES.index(age), near, late, row.lead_days, org.name.casefold(), row.pk),
    )
