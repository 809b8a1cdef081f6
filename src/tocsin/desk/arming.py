"""Arm a tripwire: its promise sealed in the ledger by one wing, its mark written for the other. For desk and terminal.

This stands at the desk because it needs both wings, which never import one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tocsin.catalog.tripwires import Tripwire
from tocsin.core.context import Context
from tocsin.evidence import armed, backtests
from tocsin.evidence.drills import NO_FIGURES as FIGURES
from tocsin.response.register import runs
from tocsin.response.register.catalogue import following
from tocsin.response.register.people import Actor
from tocsin.response.register.seals import enter_seal
from tocsin.response.register.techniques import marks
from tocsin.response.register.techniques.models import HomeTripwire, Technique
from tocsin.tripwires.choose import Wish


@dataclass(frozen=True)
class Tried:
    """An indicator as a tripwire, and what the past says of it at its mark: every place, every year."""

    tripwire: Tripwire
    threshold: str
    result: dict[str, Any]


def seal_and_arm(ctx: Context, tripwire: Tripwire, actor: Actor, result: dict[str, Any]) -> dict[str, Any]:
    """Seal what a back-test promises and arm by it, in one transaction; return by whom, when, how and the seal."""
    with transaction.atomic():
        how = armed.said(ctx, tripwire, result, actor.post)
        used = {**armed.used(tripwire, how), "read_to": _read_to(ctx, tripwire)}
        figures = {k: None if result[k] is None else str(result[k]) for k in FIGURES}
        chosen = (result.get("chosen_by") or {}).get("words")
        entry = enter_seal(ctx, used, by=actor.body(), more={"figures": figures, "chosen_by": chosen})
        said = armed.arm(ctx, tripwire, result, actor.post)
    told = {k: said[k] for k in ("by", "at", "how")}
    return {**told, "ledger_seq": entry.seq, "seal_sha256": used["seal_sha256"]}


def try_indicator(
    ctx: Context, one: Technique, key: str, *, level: str = marks.LEVEL, items_per_year: float = marks.ITEMS
) -> Tried:
    """Return what an indicator would have done as a tripwire. Raises Refused when no tripwire can read it."""
    tripwire, threshold = marks.tripwire_of(one, key, level=level, items_per_year=items_per_year)
    return Tried(tripwire, threshold, backtests.run(ctx, tripwire, Wish(threshold=float(threshold))))


def arm_indicator(
    ctx: Context,
    one: Technique,
    key: str,
    actor: Actor,
    *,
    level: str = marks.LEVEL,
    items_per_year: float = marks.ITEMS,
) -> tuple[HomeTripwire, Tried, dict[str, Any]]:
    """Make an indicator a tripwire of this home, back-tested, sealed and armed. It looks at every place alike."""
    tried = try_indicator(ctx, one, key, level=level, items_per_year=items_per_year)
    with transaction.atomic():
        row = marks.keep(ctx, one, key, actor, tripwire=tried.tripwire, mark=tried.threshold)
        said = seal_and_arm(ctx, tried.tripwire, actor, tried.result)
    following.agree(ctx.settings)
    return row, tried, said


def _read_to(ctx: Context, tripwire: Tripwire) -> str | None:
    """Return the newest data period that was read before the arming: nothing up to it is judged by the new seal."""
    run = runs.latest(ctx.settings.home)
    used = run.info.get("tripwires", []) if run else []
    return next((t.get("read_to") for t in used if t["id"] == tripwire.id), None)
