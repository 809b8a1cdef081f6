"""Which tripwires are armed, with what threshold, on what evidence, by whom: ``<home>/armed/<id>.json``.

A fresh home is armed by the back-tests shipped with the catalogue, report tripwires by those alone. The bell is always
armed. Arming anew replaces the file whole or not at all; the ledger keeps what stood before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tocsin.catalog.tripwires import Tripwire, shipped_backtest
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole
from tocsin.evidence.run_folder import json_bytes
from tocsin.tripwires.gate import held_back
from tocsin.tripwires.seal import promise, seal

DRILLED = ("silence", "feed", "promise")
"""Kinds without a threshold: a drill on a moved clock takes the place of a back-test."""


def state(ctx: Context, tripwire: Tripwire) -> dict[str, Any] | None:
    """Return how a tripwire is armed; None when it is not.

    Keys: threshold, how, by, at, version, rule_sha256, backtest (figures, or the drill). Raises Damaged when the file
    cannot be read: an unreadable threshold is not a default one.
    """
    if tripwire.always_armed:
        return {"threshold": None, "how": "always armed", "by": None, "at": None, "backtest": None}
    if tripwire.kind == "report":
        return _by_chains(tripwire)
    path = _path(ctx, tripwire)
    if path.exists():
        try:
            standing: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if standing["rule_sha256"] == tripwire.digest():
                return standing
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise Damaged("The file that says how a tripwire is armed cannot be read", where=str(path),
                          todo=f"Move it away and run: tocsin tripwires arm {tripwire.id}") from None  # fmt: skip
    shipped = shipped_backtest(tripwire)
    if shipped is None:
        return None
    return {
        "threshold": shipped.get("threshold"),
        "how": f"armed by the shipped {_test(tripwire)} of version {tripwire.version}",
        "by": None,
        "at": None,
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "backtest": shipped,
    }


def _by_chains(tripwire: Tripwire) -> dict[str, Any] | None:
    """Return how a report tripwire is armed: by its back-test on dated chains, which the other wing makes."""
    shipped = shipped_backtest(tripwire)
    if shipped is None or held_back(tripwire, shipped):
        return None
    return {
        "threshold": None,
        "how": f"armed by the shipped back-test of version {tripwire.version} on dated chains",
        "by": None,
        "at": None,
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "backtest": shipped,
    }


def why_not(tripwire: Tripwire) -> str:
    """Return what is missing before a report tripwire may be armed; empty when nothing is."""
    return held_back(tripwire, shipped_backtest(tripwire)) if tripwire.kind == "report" else ""


def said(ctx: Context, tripwire: Tripwire, backtest: dict[str, Any], by: str) -> dict[str, Any]:
    """Return how a tripwire stands when it is armed with the threshold of a back-test or the result of a drill."""
    return {
        "threshold": backtest.get("threshold"),
        "how": f"armed by a {_test(tripwire)} of version {tripwire.version}",
        "by": by,
        "at": iso(ctx.now()),
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "backtest": backtest,
    }


def arm(ctx: Context, tripwire: Tripwire, backtest: dict[str, Any], by: str) -> dict[str, Any]:
    """Arm a tripwire with the threshold of a back-test or the result of a drill, and return what was written."""
    standing = said(ctx, tripwire, backtest, by)
    path = _path(ctx, tripwire)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json_bytes(standing))
    return standing


def used(tripwire: Tripwire, how: dict[str, Any] | None) -> dict[str, Any]:
    """Return how a tripwire looks with what ``state`` says of it: threshold, promise and seal. The ledger enters it."""
    promised = promise(how["backtest"]) if how else None
    return {
        "id": tripwire.id,
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "threshold": how and how["threshold"],
        "how": how and how["how"],
        "by": how and how["by"],
        "promise": promised,
        "seal_sha256": seal(tripwire, how["threshold"], promised) if how and promised is not None else None,
    }


def _test(tripwire: Tripwire) -> str:
    return "drill" if tripwire.kind in DRILLED else "back-test"


def _path(ctx: Context, tripwire: Tripwire) -> Path:
    return ctx.settings.home / "armed" / f"{tripwire.id}.json"
