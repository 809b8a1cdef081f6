"""The data folder's ``catalogue/`` follows the register: what was published and withdrawn here, and nothing else."""

from __future__ import annotations

from typing import Any

from tocsin.catalog import home
from tocsin.core.settings import Settings
from tocsin.response.register.catalogue import counts
from tocsin.response.register.models import OptionPublication, SourceWord
from tocsin.response.register.techniques.models import HomeTripwire


def agree(settings: Settings) -> list[str]:
    """Write what the register says where the catalogue reads it; return the kinds that changed.

    A file that somebody edited is written again: the register is what counts. Of an option the newest version that was
    not taken back stands. Called when a command begins and after each act here is committed.
    """
    added = {home.OPTIONS: _options(), home.WITHDRAWN: _withdrawn(settings), home.TRIPWIRES: _tripwires()}
    return [name for name, rows in added.items() if home.write(settings.home, name, rows)]


def _options() -> list[dict[str, Any]]:
    newest: dict[str, dict[str, Any]] = {}
    for row in OptionPublication.objects.filter(taken_back=None).order_by("version", "id"):
        newest[row.option_id] = row.row
    return [newest[name] for name in sorted(newest)]


def _tripwires() -> list[dict[str, Any]]:
    """Return the newest version of each tripwire of this home."""
    newest = {row.tripwire_id: row.row for row in HomeTripwire.objects.order_by("version", "id")}
    return [newest[name] for name in sorted(newest)]


def _withdrawn(settings: Settings) -> list[dict[str, Any]]:
    words = list(SourceWord.objects.order_by("id"))
    citing = counts.tools_citing(settings) if words else {}
    return [
        {
            "source": word.source,
            "kind": word.kind,
            "on": word.at.date().isoformat(),
            "why": word.why,
            "basis": f"entered here by {word.post}, ledger entry {word.ledger_seq}",
            "tools": list(citing.get(word.key, ())),
        }
        for word in words
    ]
