"""The ledger's entries of rows of publishers' files that people mended, released, or took back.

The register knows a row by its source, its file's hash and its number. Values stay in the store: some publishers allow
nothing of theirs to be passed on, and an export of the ledger is.
"""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

KINDS = {"mended": "quarantine.mended", "released": "quarantine.released", "undone": "quarantine.undone"}


def entered(ctx: Context, actor: Actor, what: str, body: dict[str, Any]) -> LedgerEntry:
    """Enter one act on quarantined rows, inside the transaction of the act.

    ``what`` is a key of ``KINDS``. Raises Refused unless the actor may assess.
    """
    may(actor, "assess").enforce()
    return enter(ctx, kind=KINDS[what], body={**body, "by": actor.body()})
