"""The ledger's entries about sources: terms that a person accepted or withdrew from, and tables given a meaning here.

``terms.accepted`` and ``terms.withdrawn`` carry source, title, address and hash of the terms, and the name;
``mapping.added`` carries the source's id, title, publisher and licence, and the hash of the mapping. What was said in
the mapping's columns stays in the data folder.
"""

from __future__ import annotations

from typing import Any

from tocsin.core.context import Context
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

KINDS = {"accepted": "terms.accepted", "withdrawn": "terms.withdrawn", "added": "mapping.added"}


def entered(ctx: Context, actor: Actor, what: str, body: dict[str, Any]) -> LedgerEntry:
    """Enter one act about a source, inside the transaction of the act.

    ``what`` is a key of ``KINDS``. Raises Refused unless the actor may assess.
    """
    may(actor, "assess").enforce()
    return enter(ctx, kind=KINDS[what], body={**body, "by": actor.body()})
