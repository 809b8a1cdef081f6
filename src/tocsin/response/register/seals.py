"""Seals of tripwires, as the ledger has them: entered before the period they are judged on, and never edited.

One kind of entry, ``tripwire.armed``: made by a person who arms a tripwire, or when a run is taken for those armed by
what is shipped with the program. Only what a person armed, or what nobody ever sealed, is sealed anew without a
person: a threshold that was changed in between is a broken seal, not a new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.register.models import LedgerEntry
from tocsin.response.register.record import enter
from tocsin.tripwires.judge import Fired, Look, Sealed

KIND = "tripwire.armed"


def enter_seal(
    ctx: Context, used: Mapping[str, Any], *, by: dict[str, Any] | None, more: Mapping[str, Any] | None = None
) -> LedgerEntry:
    """Enter a seal inside the transaction of the arming. It is judged from the day after: nothing of it is known yet.

    ``used`` has the keys that a run gives of a tripwire: id, version, rule_sha256, threshold, how, promise,
    seal_sha256, read_to. ``by`` is who armed it; None for what is shipped with the program.
    """
    now = ctx.now()
    threshold = used["threshold"]
    body = {
        "tripwire_id": used["id"],
        "version": used["version"],
        "rule_sha256": used["rule_sha256"],
        "threshold": None if threshold is None else str(float(threshold)),
        "promise": used["promise"],
        "seal_sha256": used["seal_sha256"],
        "how": used["how"],
        "read_to": used.get("read_to"),
        "sealed_at": iso(now),
        "judged_from": (now.date() + timedelta(days=1)).isoformat(),
        "by": by,
    }
    return enter(ctx, kind=KIND, body={**body, **(more or {})})


def seals() -> list[Sealed]:
    """Return every seal, oldest first; an arming that changed nothing since the one before continues that one.

    A seal whose body was erased, and an arming from before seals were made, promise nothing and are left out.
    """
    found: list[Sealed] = []
    newest: dict[str, int] = {}
    for entry in LedgerEntry.objects.filter(kind=KIND).select_related("opened").order_by("seq"):
        opened = getattr(entry, "opened", None)
        body = json.loads(opened.body) if opened else {}
        if not body.get("seal_sha256"):
            continue
        before = newest.get(body["tripwire_id"])
        if before is not None:
            if found[before].seal_sha256 == body["seal_sha256"]:
                continue
            found[before] = replace(found[before], until=entry.time.date() + timedelta(days=1))
        newest[body["tripwire_id"]] = len(found)
        found.append(
            Sealed(
                tripwire_id=body["tripwire_id"],
                version=int(body["version"]),
                seal_sha256=body["seal_sha256"],
                threshold=body["threshold"],
                promise=dict(body["promise"] or {}),
                # The log's own time, not what the body says of itself.
                sealed_at=entry.time,
                judged_from=date.fromisoformat(body["judged_from"]),
                read_to=body.get("read_to"),
                by_hand=body.get("by") is not None,
            )
        )
    return found


def seal_shipped(ctx: Context, used: Iterable[Mapping[str, Any]]) -> int:
    """Seal what a run used and nobody has sealed; return how many seals were made. A broken seal is left broken."""
    made = 0
    with transaction.atomic():
        last = {s.tripwire_id: s for s in seals()}
        for one in used:
            if not one.get("seal_sha256"):
                continue
            before = last.get(one["id"])
            if before is not None and before.version == one["version"]:
                shipped = not before.by_hand and one.get("by") is None
                if before.seal_sha256 == one["seal_sha256"] or not shipped:
                    continue
            enter_seal(ctx, one, by=None)
            made += 1
    return made


def look(run: Any, tripwire_id: str, version: int) -> Look | None:
    """Return what a run saw of a version of a tripwire; None when it did not know it, or is from before seals."""
    used = next((t for t in run.info.get("tripwires", []) if t["id"] == tripwire_id and t["version"] == version), None)
    if used is None or "seal_sha256" not in used:
        return None
    firings = [
        Fired(w["place_id"], w["period"], cut)
        for cut, warnings in ((False, run.warnings), (True, run.cut))
        for w in warnings
        if w["tripwire_id"] == tripwire_id and w["version"] == version and w["place_id"]
    ]
    return Look(date.fromisoformat(str(run.info["as_of"])[:10]), used["seal_sha256"], used["read_to"], firings)
