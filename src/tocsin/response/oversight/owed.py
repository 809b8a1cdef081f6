"""Duties of the map of the responsibility to protect, each with its commitments on record and what was done (M16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tocsin.catalog.r2p import whole
from tocsin.catalog.r2p.schema import Duty
from tocsin.response.oversight import undertaken

UNMET = "unmet"


def owed(duties: Iterable[Duty], today: date) -> list[dict[str, Any]]:
    """Return each duty as plain values with its commitments, as ``undertaken.register`` tells them.

    ``unmet`` lists the keys of those that no act cites and no step or delivery fulfils; a duty all of whose
    commitments are so is itself ``unmet``. It says what this house has on record, and nothing of anybody else's acts.
    """
    register = {row["key"]: row for row in undertaken.with_basis(undertaken.register(today))}
    found = []
    for duty in duties:
        kept = [register[key] for key in duty.undertakings]
        unmet = [row["key"] for row in kept if UNMET in row["states"]]
        told = duty.model_dump() | {"basis_label": duty.basis_label, "kind_said": duty.kind_said}
        found.append(
            told | {"commitments": kept, "unmet": unmet, "state": UNMET if len(unmet) == len(kept) else "acted on"}
        )
    return found


def duties_of(key: str) -> list[Duty]:
    """Return the duties of the map that an undertaking is a commitment to."""
    return [duty for duty in whole().duties.values() if key in duty.undertakings]
