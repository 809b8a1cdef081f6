"""The order as it stands: the record read at a moment, the overrides in force, and the export two desks can compare."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.words import in_cell
from tocsin.response.docket import clocks
from tocsin.response.docket.models import Cancelling, Commitment, Item, Override
from tocsin.response.docket.priorities import CRITERIA, Facts, Ranked, order
from tocsin.response.docket.upstream import is_upstream
from tocsin.response.register import runs

UNDECIDED = (Item.State.OPEN, Item.State.LAPSED, Item.State.DEFERRED)
DECIDED = (Item.State.ACTING, Item.State.DECLINED)


@dataclass(frozen=True)
class Order:
    """The two ranked lists of a moment, under one version of the directive, on one run (None: no run yet)."""

    version: str
    run_id: str | None
    at: datetime
    items: list[Ranked]
    tasks: list[Ranked]


def places_of(ctx: Context) -> tuple[str | None, dict[str, tuple[bool, float | None]]]:
    """Return the run in force and, by place, whether killing is under way and the risk as a multiple of the average.

    A run that is damaged counts as none: every place is then not assessed, and ``run_id`` is None.
    """
    try:
        run = runs.latest(ctx.settings.home)
    except Damaged:
        return None, {}
    if run is None:
        return None, {}
    return run.run_id, {r["place_id"]: (r["state"] == "under way", r["onset_times_base"]) for r in run.board()}


def standing(ctx: Context, *, numbers: Iterable[int] | None = None) -> Order:
    """Return the order of undecided items and of tasks (commitments and reviews not yet met) as of this hour.

    Hours left are counted from the beginning of the hour: two who ask within it get the same bytes.
    ``numbers`` takes some items only, for a view; their ranks are then among themselves.
    """
    # One rule for items of every version, the one in force: what is compared by two rules stands in no order.
    now, rules = ctx.now().replace(minute=0, second=0, microsecond=0), directive.current()
    run_id, known = places_of(ctx)
    items = Item.objects.filter(state__in=UNDECIDED)
    if numbers is not None:
        items = items.filter(pk__in=list(numbers))
    lines = [facts_of(item, known) for item in _counted(items)]
    return Order(
        rules.version,
        run_id,
        now,
        order(rules, lines, now, in_force(ctx.now())),
        order(rules, _tasks(known), now),
    )


def in_force(now: datetime) -> list[tuple[int, int, int]]:
    """Return the overrides in force: the latest of each undecided item that is neither withdrawn nor expired."""
    rows = Override.objects.filter(withdrawn_at=None, expires_at__gt=now, item__state__in=UNDECIDED).order_by("id")
    latest = {row.item_id: row for row in rows}
    return [(row.item_id, row.rank, row.pk) for row in latest.values()]


def in_order(ctx: Context, items: Iterable[Item]) -> list[Item]:
    """Return items as they stand among everything that awaits a decision, ranks set by hand included.

    One that is decided and to be decided anew takes the place the rule gives it among them.
    """
    found = {item.pk: item for item in items}
    if len(found) < 2:
        return list(found.values())
    _, known = places_of(ctx)
    now = ctx.now().replace(minute=0, second=0, microsecond=0)
    lines = [facts_of(i, known) for i in _counted(Item.objects.filter(Q(state__in=UNDECIDED) | Q(pk__in=found)))]
    ranks = order(directive.current(), lines, now, in_force(ctx.now()))
    return [found[r.facts.number] for r in ranks if r.facts.number in found]


def facts_of(item: Item, known: dict[str, tuple[bool, float | None]]) -> Facts:
    """Return what the rule reads of an item that carries its count of lapses as ``lapse_count``."""
    under_way, times = known.get(item.place_id, (False, None))
    return Facts(
        "item", item.pk, item.place_id, item.level, under_way, item.lapse_count, item.decision_due, item.opened_at,
        times,
    )  # fmt: skip


def _counted(rows: Any) -> Any:
    return rows.annotate(lapse_count=Count("lapses", distinct=True))


def _tasks(known: dict[str, tuple[bool, float | None]]) -> list[Facts]:
    """Return commitments not done and not cancelled, and reviews to come, of items that are not closed."""
    cancelled = Cancelling.objects.filter(agreed=True).values("commitment_id")
    found = []
    rows = Commitment.objects.filter(done_at=None).exclude(item__state="closed").exclude(pk__in=cancelled)
    for row in rows.select_related("item").annotate(
        lapse_count=Count("item__lapses", filter=Q(item__lapses__commitment_id__isnull=False), distinct=True)
    ):
        under_way, times = known.get(row.item.place_id, (False, None))
        late = int(row.lapse_count > 0)
        found.append(
            Facts(
                "commitment",
                row.pk,
                row.item.place_id,
                row.item.level,
                under_way,
                late,
                row.due,
                row.item.opened_at,
                times,
                is_upstream(row),
            )
        )
    for item in _counted(Item.objects.filter(state__in=DECIDED).exclude(review_on=None)):
        under_way, times = known.get(item.place_id, (False, None))
        due = clocks.end_of_day(item.review_on)
        found.append(Facts("review", item.pk, item.place_id, item.level, under_way, 0, due, item.opened_at, times))
    return found


def as_dict(shown: Order) -> dict[str, Any]:
    """Return the order as it is exported: weights, ties and version first, then both lists. No time of asking in it."""
    rules = directive.version(shown.version)
    return {
        "directive": {"name": rules.name, "version": rules.version},
        "weights": dict(sorted((str(k), v) for k, v in rules.priorities.weights.items())),
        "ties": [str(t) for t in rules.priorities.ties],
        "run_id": shown.run_id,
        "at": iso(shown.at),
        "items": [_line(r) for r in shown.items],
        "tasks": [_line(r) for r in shown.tasks],
    }


def as_json(shown: Order) -> str:
    """Return the export: the same bytes from the same record at the same moment, whoever asks."""
    return json.dumps(as_dict(shown), ensure_ascii=False, indent=2) + "\n"


def as_csv(shown: Order) -> str:
    """Return the export as a table; its first lines, after ``#``, are the rule."""
    rules = directive.version(shown.version)
    weights = ", ".join(f"{name} {value}" for name, value in sorted(rules.priorities.weights.items()))
    out = io.StringIO()
    out.write(f"# directive {rules.name} {rules.version}; run {shown.run_id or 'none'}; at {iso(shown.at)}\n")
    out.write(f"# weights: {weights}; ties: {', '.join(rules.priorities.ties)}\n")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["rank", "kind", "number", "place_id", "level", "due", "points", *CRITERIA, "override", "why"])
    for r in [*shown.items, *shown.tasks]:
        f = r.facts
        table.writerow(
            map(in_cell, (r.rank, f.kind, f.number, f.place_id, f.level, iso(f.due), r.total,
                          *(r.points[c] for c in CRITERIA), r.override or "", r.why))
        )  # fmt: skip
    return out.getvalue()


def _line(r: Ranked) -> dict[str, Any]:
    f = r.facts
    return {
        "rank": r.rank,
        "rank_by_rule": r.by_rule,
        "kind": f.kind,
        "number": f.number,
        "place_id": f.place_id or None,
        "level": f.level,
        "due": iso(f.due),
        "points": r.total,
        "by_criterion": r.points,
        "why": r.why,
        "override": r.override,
    }
