"""A chain of items run through readers, report tripwires, docket and ladder, day by day, on a clock that is moved.

By default every tier answers at once and decides to *watch*: the owner acknowledges, then declines to act for now,
says that a further warning would change it, and sets the day on which it is looked at again. That is an act of the
directive, it stops every clock honestly, and only new items can raise the level after it. With ``silent`` nobody
answers, and the clocks carry what is open to its ceiling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tocsin.catalog import directive
from tocsin.catalog.library import library
from tocsin.catalog.tripwires import Tripwire
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.response.docket.acts.acknowledge import acknowledge
from tocsin.response.docket.acts.decide import decide
from tocsin.response.docket.acts.open import receive
from tocsin.response.docket.models import Item
from tocsin.response.docket.replay.items import Dated, source_key
from tocsin.response.docket.replay.reach import reach
from tocsin.response.docket.tick import settle_due
from tocsin.response.register import record
from tocsin.response.register.people import Actor
from tocsin.tripwires import evaluate
from tocsin.tripwires.gate import armed_on_reports
from tocsin.tripwires.report import GradedReport
from tocsin.tripwires.series import Firing

NOON = time(12, tzinfo=UTC)
"""Items are dated to the day: they come at noon, and both readers have read them by then."""
AFTER = timedelta(days=60)
"""How long the clocks of a silent replay run on after the last item: longer than any ladder."""
SIGN_EVERY = 50
"""Items between two checkpoints: a decision cites the head of the ledger, which is made from those since the last."""
UNJUDGED = "F6"
WATCH = "We watch: the readers' reports do not yet call for an act of ours. Acknowledged, and looked at again."
NOT_YET = "Not yet: a further report may call for it. The first of the catalogue stands for all of them."
WOULD_CHANGE = "A further report tripwire on this place, or a worse one, opens the question anew."


@dataclass
class Played:
    """What happened in a replay beside what stands in the register."""

    first: date
    last: date
    reached: list[Dated] = field(default_factory=list)
    kept_from: list[tuple[Dated, str]] = field(default_factory=list)
    fired: list[tuple[date, Firing, bool]] = field(default_factory=list)
    """Day, firing, and whether it is on a place of noise."""


@contextmanager
def thrown_away() -> Iterator[None]:
    """Run a replay in a register of which nothing stays: one transaction, rolled back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def play(ctx: Context, items: Sequence[Dated], *, silent: bool = False) -> Played:
    """Run items, in the order of days, through the chain; what came of it stands in the register (``score`` reads it).

    The clock and nothing else decides the order: items of one day come together, at noon.
    """
    clock = FixedClock(datetime.combine(items[0].day, NOON))
    ctx = replace(ctx, clock=clock)
    rules = armed_on_reports()
    played = Played(items[0].day, items[-1].day)
    known: dict[str, list[GradedReport]] = {}
    own = {item.place_id for item in items if not item.noise}
    signed = 0
    for day in sorted({item.day for item in items}):
        if not silent:
            _look_again(ctx, clock, day, played.last)
        clock.at = datetime.combine(day, NOON)
        for item in (i for i in items if i.day == day):
            what = reach(item)
            if not what.reached:
                played.kept_from.append((item, what.why))
                continue
            played.reached.append(item)
            known.setdefault(item.place_id, []).extend(readings(item, clock.at))
            fired = firings(rules, known[item.place_id], clock.at)
            played.fired += [(day, firing, item.place_id not in own) for firing in fired]
            _receive(ctx, fired, item.day)
        if not silent:
            _answer(ctx, Item.objects.filter(state=Item.State.OPEN), played.last)
        if len(played.reached) - signed >= SIGN_EVERY:
            signed = len(played.reached)
            record.checkpoint(ctx)
    clock.at = datetime.combine(played.last, NOON) + (AFTER if silent else timedelta(0))
    settle_due(ctx)
    return played


def readings(item: Dated, at: datetime) -> list[GradedReport]:
    """Return an item as each reader coded it: place, day, source, kind, factors, severity. No word of it goes along."""
    return [
        GradedReport(
            report_id=item.item_id,
            place_id=item.place_id,
            at=at,
            source_key=source_key(item.source, item.item_id),
            grade=UNJUDGED,
            factors=codes.factors,
            severity=codes.severity,
            kind=codes.kind,
        )
        for codes in item.codes
    ]


def firings(rules: Sequence[Tripwire], known: Sequence[GradedReport], now: datetime) -> list[Firing]:
    """Return what fires on one place at a moment, the most urgent first."""
    found = [firing for rule in rules for firing in evaluate(rule, known, now)]
    return sorted(found, key=lambda firing: (-directive.RANK[firing.level], firing.tripwire_id))


def _receive(ctx: Context, fired: Sequence[Firing], day: date) -> None:
    for firing in fired:
        warning = {
            **asdict(firing),
            "warning_id": firing.warning_id,
            "run_id": "",
            "fired_at": ctx.now(),
            "as_of": day.isoformat(),
        }
        receive(ctx, warning, f"reports to {day}")


def _look_again(ctx: Context, clock: FixedClock, until: date, last: date) -> None:
    """Let every decision be looked at again on the day it named, each on its own, up to a day."""
    while True:
        due = Item.objects.filter(state=Item.State.DECLINED, review_on__lt=until)
        first = due.order_by("review_on").values_list("review_on", flat=True).first()
        if first is None:
            return
        clock.at = datetime.combine(first, NOON)
        _answer(ctx, due.filter(review_on=first), last)


def _answer(ctx: Context, waiting: QuerySet[Item], last: date) -> None:
    """Let the owner of each item acknowledge it and decide to watch."""
    today = ctx.now().date()
    for item in waiting.order_by("id"):
        rules = directive.version(item.directive_version)
        actor = Actor(post=rules.tier(item.tier).owner, person=None, via="cli", os_user="replay")
        if item.state == Item.State.OPEN:
            acknowledge(ctx, item.pk, actor)
        cap = today + timedelta(days=rules.decisions.review_cap_days)
        warnings = list(item.warnings.order_by("id"))
        decide(
            ctx,
            item.pk,
            actor,
            kind="decline",
            reasons=WATCH,
            cites=[warnings[-1].warning_id],
            answers={warning.tripwire_id: WATCH for warning in warnings},
            rejected={next(iter(library().options)): NOT_YET},
            would_change=WOULD_CHANGE,
            review_on=min(cap, max(last, today) + timedelta(days=1)),
        )
