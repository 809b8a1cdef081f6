"""The share of attention kept for prevention, counted from the record alone, and the notice when it is under the floor.

*Attention* is the number of acts of people in the ledger in a period: entries whose body names a post that acted.
An act counts as *upstream* (prevention) or as *crisis*:

- on a commitment: upstream when its option's phases in the catalogue hold ``upstream``;
- on a track of a situation: upstream for the prevention track, crisis for the response track;
- on an item or a place: upstream when its level was watch or alert and no mass killing is under way there by the run in
  force; else crisis.

Acts on neither an item, a track nor a place (rotas, contacts, accounts) are not attention to a place and do not count.
Periods are counted from the day the directive came into force. A period without any such act has no share, and breaks a
row of periods under the floor. Hours that people enter stand beside it and are never summed with acts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Sum

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse, Refused
from tocsin.response.docket import clocks, outbox
from tocsin.response.docket.models import Commitment, ItemWarning, Message
from tocsin.response.register import runs
from tocsin.response.register.models import Hours, LedgerBody, LedgerEntry
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter

UPSTREAM, CRISIS = "upstream", "crisis"
MOST_HOURS = 24
# What a machine enters in somebody's name, or says of somebody, is no act of attention.
NOT_ACTS = ("clock.", "office.", "upstream.", "run.", "tripwire.", "ledger.", "cover.")


@dataclass(frozen=True)
class Period:
    """One period: acts of each kind, the share of prevention in whole per cent (None: no act), hours as entered."""

    start: datetime
    end: datetime
    acts: dict[str, int]
    hours: dict[str, int]
    floor_pct: int
    finished: bool

    @property
    def share_pct(self) -> int | None:
        """Prevention's share, rounded down: 29.9 is under a floor of 30."""
        total = sum(self.acts.values())
        return 100 * self.acts[UPSTREAM] // total if total else None

    @property
    def under(self) -> bool:
        """Whether there was attention and too little of it went to prevention."""
        return self.share_pct is not None and self.share_pct < self.floor_pct


def is_upstream(row: Commitment) -> bool:
    """Tell whether a commitment serves prevention: its option can be used upstream, by the catalogue."""
    return _phases_upstream(row.option_id)


@cache
def _phases_upstream(option_id: str) -> bool:
    option = library().options.get(option_id)
    return option is not None and UPSTREAM in option.phase


def period_of(at: datetime) -> tuple[datetime, datetime]:
    """Return the period a moment falls in, first moment and first moment after."""
    rules = directive.current()
    zero = clocks.start_of_day(rules.in_force_since)
    length = timedelta(days=rules.upstream.period_days)
    start = zero + ((at - zero) // length) * length
    return start, start + length


def measure(ctx: Context, periods: int = 1) -> list[Period]:
    """Return the running period and those before it, newest first. Cost grows with the entries made in them."""
    rules, now = directive.current(), ctx.now()
    start, end = period_of(now)
    length = end - start
    spans = [(start - n * length, end - n * length) for n in range(periods)]
    under_way = _under_way(ctx)
    found = []
    for since, until in spans:
        acts = _acts(since, until, under_way)
        rows = Hours.objects.filter(day__gte=since.date(), day__lt=until.date()).values("kind").annotate(n=Sum("hours"))
        hours = {UPSTREAM: 0, CRISIS: 0, **{r["kind"]: r["n"] for r in rows}}
        found.append(Period(since, until, acts, hours, rules.upstream.floor_pct, until <= now))
    return found


def _acts(since: datetime, until: datetime, under_way: Callable[[str], bool]) -> dict[str, int]:
    """Count the acts of people between two moments by what they served."""
    acts = {UPSTREAM: 0, CRISIS: 0}
    rows = LedgerEntry.objects.filter(time__gte=since, time__lt=until)
    for prefix in NOT_ACTS:
        rows = rows.exclude(kind__startswith=prefix)
    bodies = dict(LedgerBody.objects.filter(entry__in=rows).values_list("entry_id", "body"))
    entries = [(e, json.loads(bodies[e.seq])) for e in rows.order_by("seq") if e.seq in bodies]
    levels = _levels({e.item for e, _ in entries if e.item is not None})
    for entry, body in entries:
        if not (isinstance(body.get("by"), dict) and body["by"].get("post")):
            continue
        kind = _served(entry, body, levels, under_way)
        if kind:
            acts[kind] += 1
    return acts


def _served(
    entry: LedgerEntry,
    body: dict[str, Any],
    levels: dict[int, list[tuple[datetime, str, str]]],
    under_way: Callable[[str], bool],
) -> str:
    """Return what an act served; empty when it was about no place at all."""
    if body.get("commitment") and body.get("option"):
        return UPSTREAM if _phases_upstream(str(body["option"])) else CRISIS
    if body.get("track") in ("prevention", "response"):
        return UPSTREAM if body["track"] == "prevention" else CRISIS
    if entry.item is not None and entry.item in levels:
        known = [(level, place) for at, level, place in levels[entry.item] if at <= entry.time] or [
            levels[entry.item][0][1:]
        ]
        worst = max(directive.RANK[level] for level, _ in known)
        calm = worst < directive.RANK["emergency"] and not under_way(known[0][1])
        return UPSTREAM if calm else CRISIS
    place = str(body.get("place_id") or "")
    if place:
        return CRISIS if under_way(place) else UPSTREAM
    return ""


def _levels(items: set[int]) -> dict[int, list[tuple[datetime, str, str]]]:
    """Return, for each item, when a warning of which level about which place came to it, in order."""
    found: dict[int, list[tuple[datetime, str, str]]] = {}
    links = ItemWarning.objects.filter(item_id__in=items).order_by("joined_at", "id")
    for link in links.values_list("item_id", "joined_at", "warning__level", "item__place_id"):
        found.setdefault(link[0], []).append(link[1:])
    return found


def _under_way(ctx: Context) -> Callable[[str], bool]:
    try:
        run = runs.latest(ctx.settings.home)
    except Damaged:
        run = None
    known = {r["place_id"] for r in run.board() if r["state"] == "under way"} if run else set()
    return known.__contains__


def enter_hours(ctx: Context, actor: Actor, kind: str, hours: int, day: date) -> Hours:
    """Enter whole hours a post says it spent on a day, upstream or in crisis. Raises Misuse, Refused."""
    may(actor, "read").enforce()
    if kind not in (UPSTREAM, CRISIS):
        raise Misuse(f"{kind!r} is no kind of hours", todo=f"They are {UPSTREAM} or {CRISIS}")
    if not 0 < hours <= MOST_HOURS or day > ctx.now().date():
        raise Refused(f"Hours are 1 to {MOST_HOURS} of a day that has begun", todo="Give both anew")
    with transaction.atomic():
        row = Hours.objects.create(post=actor.post, day=day, kind=kind, hours=hours, entered_at=ctx.now())
        enter(ctx, kind="hours.entered", body={"day": str(day), "kind": kind, "hours": hours, "by": actor.body()})
    return row


def notice_due(ctx: Context) -> bool:
    """Tell the named senior when prevention was under the floor for the periods the directive names: once a period.

    Returns whether a notice was written now. Only periods that are over are judged.
    """
    rules = directive.current()
    if not rules.upstream.tell:
        return False
    start, _ = period_of(ctx.now())
    key = f"upstream-{rules.version}-{start:%Y%m%d}"
    if Message.objects.filter(key=f"{key}.{rules.upstream.tell}").exists():
        return False
    length = timedelta(days=rules.upstream.period_days)
    if not LedgerEntry.objects.filter(time__lt=start - (rules.upstream.periods - 1) * length).exists():
        return False  # the record is younger than the periods to be judged
    finished = measure(ctx, rules.upstream.periods + 1)[1:]
    if not all(p.under for p in finished):
        return False
    with transaction.atomic():
        if not outbox.write(ctx, None, key, rules.upstream.tell, _letter(finished)):
            return False
        body = {
            "told": rules.upstream.tell,
            "floor_pct": rules.upstream.floor_pct,
            "periods": [
                {"start": iso(p.start), "end": iso(p.end), "share_pct": p.share_pct, **p.acts} for p in finished
            ],
        }
        enter(ctx, kind="upstream.under_floor", body=body)
    return True


def _letter(periods: list[Period]) -> tuple[str, str]:
    floor = periods[0].floor_pct
    lines = [
        f"- {p.start:%Y-%m-%d} to {(p.end - timedelta(days=1)):%Y-%m-%d}: {p.share_pct}% "
        f"({p.acts[UPSTREAM]} acts for prevention, {p.acts[CRISIS]} in crisis)"
        for p in periods
    ]
    return f"Prevention is under its floor of {floor}% for {len(periods)} periods", "\n".join(
        [
            "The directive keeps a share of attention for prevention. It was under the floor:",
            "",
            *lines,
            "",
            "Counted from the ledger alone; docs/explain/priorities.md says what counts as what.",
            "",
        ]
    )
