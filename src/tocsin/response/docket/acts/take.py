"""A run's warnings are taken into the docket, each in a transaction of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket import outbox
from tocsin.response.docket.acts import promises
from tocsin.response.docket.acts.open import Run, receive, vintage_of
from tocsin.response.docket.models import ItemWarning, RunTaken
from tocsin.response.docket.plain import plain
from tocsin.response.register import runs, seals
from tocsin.response.register.activities import keep as activities
from tocsin.response.register.record import enter

DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Taken:
    """What a run did to the docket: items opened, warnings joined, warnings the alert budget cut off.

    ``back`` is true of a look back, which does nothing to it.
    """

    opened: int
    joined: int
    cut: int
    back: bool = False


def take_waiting(ctx: Context) -> None:
    """Take every run that was made and not taken: one interrupted in between, for the next run repeats no warning.

    Raises Damaged when such a run is not what was written.
    """
    home = ctx.settings.home
    taken = set(RunTaken.objects.values_list("run_id", flat=True))
    for run_id in runs.identifiers(home):
        if run_id not in taken:
            take_run(ctx, runs.load(home, run_id))


def take_run(ctx: Context, run: Run) -> Taken:
    """Take a run's warnings into the docket; taking it again changes nothing and returns the same counts.

    Each warning is a transaction of its own, so an interruption loses none and doubles none. A look back, a run as of
    a day before one that was taken already, asks nobody anything and leaves the vintage of every item as it is.
    """
    taken = RunTaken.objects.filter(run_id=run.run_id).first()
    if taken is None and run.run_id[:10] < _newest_day(ctx):
        return Taken(opened=0, joined=0, cut=len(run.cut), back=True)
    if taken is None:
        vintage = vintage_of(run)
        # Sealed before the first warning is received: what comes after is judged by it.
        seals.seal_shipped(ctx, run.info.get("tripwires", []))
        order = sorted(run.warnings, key=lambda w: -directive.RANK[w["level"]])
        for warning in order:
            receive(ctx, {**warning, "run_id": run.run_id}, vintage)
        for warning in promises.broken(ctx, run):
            receive(ctx, warning, vintage)
        links = ItemWarning.objects.filter(warning__run_id=run.run_id).exclude(warning__kind="bell")
        counts = {
            "opened": links.filter(opened=True).count(),
            "joined": links.filter(opened=False).count(),
            "cut": len(run.cut),
        }
        with transaction.atomic():
            taken, new = RunTaken.objects.get_or_create(run_id=run.run_id, defaults={"taken_at": ctx.now(), **counts})
            if new:
                enter(
                    ctx, kind="run.taken", body={"run_id": run.run_id, "as_of": plain(run.info.get("as_of")), **counts}
                )
        # What a run made dangerous to show is hidden before anybody is told of the run.
        activities.tighten(ctx)
        outbox.deliver_after(ctx)
    return Taken(opened=taken.opened, joined=taken.joined, cut=taken.cut)


def _newest_day(ctx: Context) -> str:
    """Return the newest as-of day taken so far, empty when there is none: a run's name begins with its day.

    A run that a clock set wrong dated into the future counts for nothing: it must not silence those of today.
    """
    days = {run_id[:10] for run_id in RunTaken.objects.values_list("run_id", flat=True)}
    return max((day for day in days if DAY.fullmatch(day) and day <= f"{ctx.now():%Y-%m-%d}"), default="")
