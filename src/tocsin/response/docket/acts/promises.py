"""What was sealed against what the runs did since: judged when a run is taken, and a broken promise is a warning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tocsin.catalog.tripwires import all_tripwires
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.response.register import runs, seals
from tocsin.tripwires import evaluate
from tocsin.tripwires.judge import Look, judge


def judged(ctx: Context, also: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Return every seal of a tripwire in the catalogue with what was counted since, oldest seal first.

    ``also`` are runs that may not stand in the home. Raises Damaged when a run is not what was written.
    """
    known, found = all_tripwires(), []
    today = f"{ctx.now():%Y-%m-%d}"
    # A run that a clock set wrong dated into the future counts for nothing.
    kept = {run.run_id: run for run in (*_runs(ctx), *also) if str(run.info["as_of"])[:10] <= today}
    for sealed in seals.seals():
        tripwire = known.get(sealed.tripwire_id)
        if tripwire is None or tripwire.version != sealed.version:
            continue
        looks = [seals.look(run, sealed.tripwire_id, sealed.version) for run in kept.values()]
        found.append(judge(tripwire, sealed, [k for k in looks if isinstance(k, Look)]))
    return found


def _runs(ctx: Context) -> list[runs.Run]:
    home = ctx.settings.home
    return [runs.load(home, run_id) for run_id in runs.identifiers(home)]


def broken(ctx: Context, run: Any) -> list[dict[str, Any]]:
    """Return the warnings of promises that a run shows to be broken, in the form that a run folder gives warnings.

    None when the run was made without the tripwire armed that says so.
    """
    armed = {t["id"] for t in run.info.get("tripwires", []) if t.get("seal_sha256")}
    told = []
    for tripwire in all_tripwires().values():
        if tripwire.kind != "promise" or tripwire.id not in armed:
            continue
        now = ctx.now()
        for firing in evaluate(tripwire, judged(ctx, [run]), now):
            told.append(
                {
                    **{k: v for k, v in asdict(firing).items() if k not in ("value", "threshold")},
                    "warning_id": firing.warning_id,
                    "run_id": run.run_id,
                    "fired_at": iso(now),
                    "as_of": str(run.info["as_of"])[:10],
                }
            )
    return told
