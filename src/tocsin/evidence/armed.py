"""Which tripwires are armed, with what threshold, on what evidence, by whom: ``<home>/armed/<id>.json``.

A fresh home is armed by the back-tests shipped with the catalogue. The bell is always armed. Arming anew replaces the
file whole or not at all; the ledger keeps what stood before.
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


def state(ctx: Context, tripwire: Tripwire) -> dict[str, Any] | None:
    """Return how a tripwire is armed; None when it is not.

    Keys: threshold, how, by, at, version, rule_sha256, backtest (figures, or the drill). Raises Damaged when the file
    cannot be read: an unreadable threshold is not a default one.
    """
    if tripwire.kind == "bell":
        return {"threshold": None, "how": "always armed", "by": None, "at": None, "backtest": None}
    path = _path(ctx, tripwire)
    if path.exists():
        try:
            said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if said["rule_sha256"] == tripwire.digest():
                return said
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise Damaged("The file that says how a tripwire is armed cannot be read", where=str(path),
                          todo=f"Move it away and run: tocsin tripwires arm {tripwire.id}") from None  # fmt: skip
    shipped = shipped_backtest(tripwire)
    if shipped is None:
        return None
    how = "drill" if tripwire.kind == "silence" else "back-test"
    return {
        "threshold": shipped.get("threshold"),
        "how": f"armed by the shipped {how} of version {tripwire.version}",
        "by": None,
        "at": None,
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "backtest": shipped,
    }


def arm(ctx: Context, tripwire: Tripwire, backtest: dict[str, Any], by: str) -> dict[str, Any]:
    """Arm a tripwire with the threshold of a back-test or the result of a drill, and return what was written."""
    how = "drill" if tripwire.kind == "silence" else "back-test"
    said = {
        "threshold": backtest.get("threshold"),
        "how": f"armed by a {how} of version {tripwire.version}",
        "by": by,
        "at": iso(ctx.now()),
        "version": tripwire.version,
        "rule_sha256": tripwire.digest(),
        "backtest": backtest,
    }
    path = _path(ctx, tripwire)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json_bytes(said))
    return said


def _path(ctx: Context, tripwire: Tripwire) -> Path:
    return ctx.settings.home / "armed" / f"{tripwire.id}.json"
