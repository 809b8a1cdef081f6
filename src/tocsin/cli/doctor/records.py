"""What the register and the run folders hold against each other, against the clock and against their witnesses."""

from __future__ import annotations

import os
from datetime import timedelta

from tocsin.cli.doctor.finding import Finding
from tocsin.core.clock import iso, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Damaged

# Messages leave with the act that wrote them; one that still waits after this has met a fault.
LATELY = timedelta(days=7)
PATIENCE = timedelta(minutes=10)
# Entries that nobody signed for this long could have been rewritten without trace.
UNSIGNED = timedelta(hours=1)


def connect() -> None:
    """Set Django up without bringing the register's tables up to date: the doctor changes nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.desk.settings")
    import django

    django.setup()


def migrations(_: Context) -> Finding:
    """Look whether the register's tables are those of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        what = f"The register lacks {len(plan)} migrations of this version"
        return Finding("migrations", ok=False, what=what, todo="Run: tocsin tick (any act brings it up to date)")
    return Finding("migrations", ok=True, what="The register's tables are those of this version")


def key(ctx: Context) -> Finding:
    """Look whether the signing key is there, readable by its owner alone, and a key."""
    from tocsin.ledger import keys
    from tocsin.response.register.models import LedgerCheckpoint, LedgerEntry
    from tocsin.response.register.record import KEY_FILE

    path = ctx.settings.keys / KEY_FILE
    if not path.exists() and not LedgerCheckpoint.objects.exists():
        waiting = LedgerEntry.objects.filter(time__lt=ctx.now() - UNSIGNED).exists()
        what = "Nothing has been signed yet: the first tick makes the key and signs"
        return Finding("key", ok=not waiting, what=what, todo="Run: tocsin tick" if waiting else "")
    signer = keys.load(path)
    return Finding("key", ok=True, what=f"The signing key of {signer.name} is there and its owner's alone")


def ledger(ctx: Context) -> Finding:
    """Recompute the whole ledger and hold it against its checkpoints and witnesses."""
    from tocsin.ledger import keys
    from tocsin.response.register import examination, guard
    from tocsin.response.register.record import KEY_FILE

    path = ctx.settings.keys / KEY_FILE
    if stop := guard.stopped(ctx):
        return Finding("ledger", ok=False, what=stop.what, todo=stop.todo)
    found = examination.examine(ctx, keys.load(path).verifier if path.exists() else None)
    if found.faults:
        more = f" (and {len(found.faults) - 1} more faults)" if len(found.faults) > 1 else ""
        todo = "Keep this folder as evidence, restore the register from a copy, and tell the witnesses"
        return Finding("ledger", ok=False, what=found.faults[0].rstrip(".") + more, todo=todo)
    if found.unguarded:
        what = f"Rows may be changed without trace in: {', '.join(found.unguarded)}"
        return Finding("ledger", ok=False, what=what, todo="Run: tocsin ledger guard")
    return Finding("ledger", ok=True, what=f"The ledger's {found.size} entries agree with every checkpoint")


def witnesses_reached(ctx: Context) -> Finding:
    """Look whether every witness folder the directive names can be written and holds the last checkpoint."""
    from tocsin.response.register import witnesses
    from tocsin.response.register.models import LedgerCheckpoint

    last = LedgerCheckpoint.objects.order_by("-size").first()
    folders = witnesses.folders(ctx)
    lacking = [
        folder
        for folder in folders
        if last is not None and not (os.access(folder, os.W_OK) and list(folder.glob(f"*-{last.size:012d}.note")))
    ]
    if lacking:
        what = f"No last checkpoint with the witness {', '.join(map(str, lacking))}"
        return Finding("witnesses", ok=False, what=what, todo="Reach the folder and run: tocsin ledger checkpoint")
    return Finding("witnesses", ok=True, what=f"{len(folders)} witness folders hold the last checkpoint")


def run(ctx: Context) -> Finding:
    """Look whether every run folder is what was written."""
    from tocsin.response.register import runs

    names = runs.identifiers(ctx.settings.home)
    if not names:
        return Finding("run", ok=False, what="There is no run yet", todo="Run: tocsin refresh")
    for name in names:
        try:
            runs.check(ctx.settings.runs / name)
        except Damaged as damage:
            todo = f"Move {ctx.settings.runs / name} away and run: tocsin refresh"
            return Finding("run", ok=False, what=f"{damage.what} in run {name}", todo=todo)
    return Finding("run", ok=True, what=f"{len(names)} run folders are what was written; the newest is {names[-1]}")


def sources(ctx: Context) -> Finding:
    """Look whose last file was refused, which sources the run missed or used past their time, and how old all are."""
    from tocsin.response.register import loads, runs
    from tocsin.response.register.dated import days_behind

    newest = runs.latest(ctx.settings.home)
    if newest is None:
        return Finding("sources", ok=False, what="No source has been read yet", todo="Run: tocsin refresh")
    titles = {s["id"]: str(s["title"]) for s in newest.sources}
    turned_away = loads.refused(ctx.settings.store)
    if turned_away:
        told = [loads.sentence(titles.get(source, source), record) for source, record in turned_away.items()]
        first, record = next(iter(turned_away.items()))
        todo = record.get("todo") or f"Fetch the publisher's file again and run: tocsin load {first} FILE"
        return Finding("sources", ok=False, what="; ".join(told), todo=todo)
    bad = {state: [s["id"] for s in newest.sources if s["status"] == state] for state in ("missing", "stale")}
    if bad["missing"] or bad["stale"]:
        what = "; ".join(f"{state}: {', '.join(ids)}" for state, ids in bad.items() if ids)
        first = (bad["missing"] or bad["stale"])[0]
        todo = f"Fetch the publisher's file and run: tocsin load {first} FILE, then tocsin refresh"
        return Finding("sources", ok=False, what=f"Sources {what}", todo=todo)
    snapshot = sum(s["status"] == "snapshot" for s in newest.sources)
    what = f"{len(newest.sources)} sources, {snapshot} of them the bundled snapshot, none missing or stale"
    age = {s["id"]: days_behind(s, ctx.now().date()) for s in newest.sources}
    behind = [f"{source} {days} days" for source, days in sorted(age.items(), key=lambda a: -(a[1] or 0)) if days]
    if behind:
        what += f"; figures older than their cadence by: {', '.join(behind)}"
    aside = {s["id"]: s["quarantined"] for s in newest.sources if s["quarantined"]}
    if aside:
        what += f"; rows set aside and not counted: {', '.join(f'{source} {n}' for source, n in aside.items())}"
    return Finding("sources", ok=True, what=what)


def clock(ctx: Context) -> Finding:
    """Look whether the machine's clock stands before something that is recorded already, and by whose doing."""
    from tocsin.response.register import drill, runs
    from tocsin.response.register.models import LedgerEntry

    now = ctx.now()
    last = LedgerEntry.objects.order_by("-seq").values_list("time", flat=True).first()
    newest = runs.latest(ctx.settings.home)
    made = parse_time(newest.info["created_at"]) if newest and newest.info.get("created_at") else None
    latest = max((moment for moment in (last, made) if moment), default=None)
    if latest and latest > now + timedelta(minutes=1):
        if drill.is_drill(ctx.settings):
            what = f"This home is a drill; its clock was moved to {iso(latest)}, the machine's says {iso(now)}"
            return Finding("clock", ok=True, what=what)
        what = f"The clock says {iso(now)}, and {iso(latest)} is recorded already"
        moved = LedgerEntry.objects.filter(kind=drill.MOVED, time__gte=latest - timedelta(minutes=1)).exists()
        if moved:
            what += ": tocsin tick --now moved it there, the machine's clock is not at fault"
            todo = "Keep this home for trying things out; begin another with tocsin start --home DIR, and rehearse on "
            return Finding("clock", ok=False, what=what, todo=todo + "a copy: tocsin drill DIR")
        return Finding(
            "clock", ok=False, what=what, todo="Set the machine's clock, for example: timedatectl set-ntp true"
        )
    return Finding("clock", ok=True, what=f"The clock says {iso(now)}, after everything recorded")


def overdue(ctx: Context) -> Finding:
    """Look for clocks that ran out without a tick having recorded it."""
    from tocsin.response.docket.models import Item

    late = Item.objects.filter(state=Item.State.OPEN, decision_due__lt=ctx.now()).exclude(lapses__clock="decision")
    if count := late.count():
        todo = "Run: tocsin tick, and have it run every few minutes"
        return Finding("clocks", ok=False, what=f"{count} decision clocks ran out and no tick recorded it", todo=todo)
    return Finding("clocks", ok=True, what="Every decision clock that ran out is recorded")


def outbox(ctx: Context) -> Finding:
    """Look for messages that could not be delivered, and for ways that have failed."""
    from tocsin.response.docket.models import Message, Sending

    waiting = Message.objects.filter(delivered_at=None, withdrawn_at=None, created_at__lt=ctx.now() - PATIENCE)
    troubled = Sending.objects.filter(attempts__gt=0, state__in=["waiting", "failed"])
    troubled = troubled.filter(message__created_at__gt=ctx.now() - LATELY, message__withdrawn_at=None)
    if count := waiting.count():
        tried = Sending.objects.filter(message__in=waiting).exclude(last_error="").order_by("-id")
        error = tried.values_list("last_error", flat=True).first() or "no attempt was made"
        what = f"{count} messages are not delivered ({error})"
        return Finding("outbox", ok=False, what=what, todo="Mend the channel and run: tocsin tick")
    if worst := troubled.order_by("-id").first():
        what = f"{troubled.count()} ways of messages fail, by {worst.channel} the latest ({worst.last_error})"
        return Finding("outbox", ok=False, what=what, todo="Mend the channel; the worker tries again by itself")
    return Finding("outbox", ok=True, what="No message waits to be delivered")


def worker(ctx: Context) -> Finding:
    """Look for somebody who moves the clocks: a silent worker is a silent alarm."""
    from tocsin.response.docket import heartbeats
    from tocsin.response.docket.models import Item

    silent = heartbeats.silence(ctx.now())
    if silent and Item.objects.exclude(state=Item.State.CLOSED).filter(opened_at__lt=ctx.now() - PATIENCE).exists():
        return Finding("worker", ok=False, what=silent, todo="Keep one of these running: tocsin worker, tocsin serve")
    return Finding("worker", ok=True, what=silent or "The clocks are moved and messages leave")
