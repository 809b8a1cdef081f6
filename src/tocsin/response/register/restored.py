"""Going on from an older state of the register that was restored, under a new name and key."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.files import write_whole
from tocsin.core.words import SHORT, said
from tocsin.ledger import keys
from tocsin.response.register import guard, record
from tocsin.response.register.drill import KEY_FILE
from tocsin.response.register.models import LedgerEntry


def accept(ctx: Context, *, because: str, actor: dict[str, Any]) -> LedgerEntry:
    """Go on from a restored older state under a new name and key, and enter who said so and why.

    The entry names the log that ended and its last checkpoint; the old key is put away under ``keys/retired``. Raises
    Refused when the register is not behind what this home signed, or the reason is empty.
    """
    because = said(because, SHORT)
    if not because:
        raise Refused(
            "Going on without what was lost needs its reason", todo="Say what was lost and why it cannot come"
        )
    held, contradiction = guard.kept(ctx), guard.compare(ctx)
    if held is None or contradiction is None:
        raise Refused("The register is not behind what this home signed", todo="Nothing needs to be accepted")
    key = ctx.settings.keys / KEY_FILE
    old, folder = keys.load(key), ctx.settings.keys / guard.RETIRED
    body = {
        "because": because,
        "by": actor,
        "found": contradiction,
        "last_signed": (ctx.settings.keys / guard.LAST).read_text(),
    }
    with transaction.atomic():
        entry = record.enter_after_restore(ctx, kind=guard.RESTORED, body=body)
    folder.mkdir(mode=0o700, exist_ok=True)
    plain = old.name.replace("/", "-")
    write_whole(folder / f"{plain}.vkey", f"{old.verifier}\n".encode())
    (ctx.settings.keys / guard.LAST).rename(folder / f"{plain}.note")
    key.rename(folder / f"{plain}.ed25519")
    keys.make(key)
    record.checkpoint(ctx)
    return entry
