"""The seal on a tripwire: one hash over its rule, its threshold and what its back-test promises.

It is entered in the ledger when the tripwire is armed, before the period it will be judged on begins. Whoever changes
the rule, the threshold or the promise afterwards changes the hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tocsin.catalog.tripwires.schema import Tripwire

PROMISED = ("years", "firings", "firings_per_year", "hits", "false_alarms", "onsets", "misses", "median_lead_days")


def promise(backtest: Mapping[str, Any] | None) -> dict[str, str | None]:
    """Return what a back-test promises, as text: a ledger holds no fractions. A drill promises nothing in figures."""
    figures = backtest or {}
    return {name: None if figures.get(name) is None else str(figures[name]) for name in PROMISED}


def seal(tripwire: Tripwire, threshold: float | None, promised: Mapping[str, str | None]) -> str:
    """Return the SHA-256 over what is sealed, in hex."""
    said = {
        "tripwire_id": tripwire.id,
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "threshold": None if threshold is None else str(float(threshold)),
        "promise": dict(promised),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
