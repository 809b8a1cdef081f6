"""Start an exercise, give its injects as reports, end it. Each act is rows and one ledger entry in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from tocsin.catalog import directive
from tocsin.catalog.geography.lookup import meant
from tocsin.core.clock import FixedClock, iso
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.docket import outbox
from tocsin.response.docket.replay.items import NOBODY, UNNAMED, Dated, Timeline
from tocsin.response.docket.replay.reach import reach
from tocsin.response.docket.reports import enter as reports
from tocsin.response.oversight.exercise.asks import USUAL, ask, before_onset, planned, tell, version
from tocsin.response.oversight.exercise.reference import told_on
from tocsin.response.oversight.models import Exercise, Inject, Player
from tocsin.response.register import clock_moves, drill, people, record
from tocsin.response.register.models import Person
from tocsin.response.register.reports.models import Report

CONTROLLER = "operator"
"""The post that runs an exercise: it decides nothing in it."""


def current() -> Exercise | None:
    """Return the exercise of this home; None when it has none."""
    return Exercise.objects.order_by("-id").first()


def start(
    ctx: Context,
    timeline: Timeline,
    rows: Sequence[Dated],
    *,
    players: Sequence[tuple[str, str]],
    speed: float = 1.0,
    place: str = "",
    asks: int = USUAL,
) -> Exercise:
    """Start an exercise on this home, give what is due at once, and return it.

    ``players`` are pairs of account and post; an account that is not there is opened. ``speed`` is how many days of the
    chain pass in one day here; ``place`` stands in for the chain's own; ``asks`` is how often players are asked for a
    forecast. Raises Refused on a home that is no drill or
    has an exercise already; Misuse for a post or place there is not, no players, or no items.
    """
    own = [row for row in rows if row.timeline == timeline.id]
    if not own or not players:
        raise Misuse("An exercise needs items and players", todo="Write --players NAME:POST,NAME:POST")
    if asks < 0:
        raise Misuse("Forecasts are asked for no fewer than no times", todo="Write --forecasts 0 or more")
    if speed <= 0:
        raise Misuse("A chain runs forward", todo="Write --speed 1 or more")
    for _, post in players:
        directive.current().post(post)
    stands_for = meant(place) if place else timeline.place_id
    if stands_for == UNNAMED:
        raise Misuse("The title of this timeline names no place", todo="Write --place PLACE")
    if current() is not None:
        raise Refused("There is an exercise on this home already", todo="Make another copy: tocsin drill DIR")
    drill.make_exercise(ctx.settings)
    now = ctx.now()
    with transaction.atomic():
        body = {"timeline": timeline.id, "players": [f"{name}:{post}" for name, post in players], "speed": str(speed)}
        exercise = Exercise.objects.create(
            timeline=timeline.id,
            title=f"{len(own)} items over {(own[-1].day - own[0].day).days} days",
            place_id=stands_for,
            speed=speed,
            first_day=own[0].day,
            onset_day=timeline.onset,
            reference={str(tier): day for tier, day in told_on(own).items()},
            chain_sha256=version(timeline, own),
            asks=planned(before_onset(own, timeline.onset), asks),
            started_at=now,
            ledger_seq=record.enter(ctx, kind="exercise.started", body=body).seq,
        )
        for name, post in players:
            Player.objects.create(exercise=exercise, person=_seat(ctx, name, post), post=post)
        Inject.objects.bulk_create(_inject(exercise, n, row, now) for n, row in enumerate(own, 1))
    give_due(ctx)
    return exercise


def _seat(ctx: Context, name: str, post: str) -> Person:
    """Return the player's account, opened when there is none, holding the post."""
    actor = people.cli_actor(CONTROLLER)
    person = Person.objects.filter(username=name.strip().lower()).first() or people.add(ctx, name, name, actor)
    people.hold(ctx, post, person, actor)
    return person


def _inject(exercise: Exercise, position: int, row: Dated, now: datetime) -> Inject:
    day = (row.day - exercise.first_day).days
    graded = [codes.severity for codes in row.codes if codes.severity is not None]
    return Inject(
        exercise=exercise,
        position=position,
        item_id=row.item_id[:20],
        day=day,
        due=now + timedelta(days=day / exercise.speed),
        source=row.source[:120],
        addressee=row.addressee[:200],
        channel=row.channel[:120],
        content=row.content,
        fate=row.fate,
        severity=min(graded, default=0),
        reaches=reach(row).reached,
    )


def give_due(ctx: Context) -> list[Inject]:
    """Give every inject whose moment has come, in order; giving again changes nothing. Returns those given now."""
    exercise = current()
    if exercise is None or exercise.ended_at is not None:
        return []
    waiting = exercise.injects.filter(reaches=True, given_at=None, due__lte=ctx.now()).order_by("position")
    given = [inject for number in list(waiting.values_list("pk", flat=True)) if (inject := _give(ctx, number))]
    outbox.deliver_after(ctx)
    return given


def give_next(ctx: Context, machine: datetime) -> tuple[Context, list[Inject]]:
    """Move the exercise's clock to the next inject, where it is not due yet, and give what is due then.

    ``machine`` is the machine's own time. Returns the context on the moved clock. Raises Refused when nothing is left.
    """
    exercise = current()
    if exercise is None:
        raise Refused("There is no exercise on this home", todo="Run: tocsin exercise start TIMELINE --home DIR")
    if exercise.ended_at is not None:
        raise Refused("This exercise is over", todo="Run: tocsin exercise debrief")
    following = exercise.injects.filter(reaches=True, given_at=None).order_by("position").first()
    if following is None:
        raise Refused("Every inject has been given", todo="Run: tocsin exercise end")
    if following.due > ctx.now():
        ctx = replace(ctx, clock=FixedClock(following.due))
        clock_moves.move(ctx, machine, people.cli_actor(CONTROLLER).body())
    return ctx, give_due(ctx)


def end(ctx: Context) -> Exercise:
    """End the exercise: no inject comes any more, and the debrief opens. Ending again changes nothing."""
    with transaction.atomic():
        exercise = Exercise.objects.select_for_update().order_by("-id").first()
        if exercise is None:
            raise Refused("There is no exercise on this home", todo="Run: tocsin exercise start TIMELINE --home DIR")
        if exercise.ended_at is None:
            exercise.ended_at = ctx.now()
            exercise.save(update_fields=["ended_at"])
            record.enter(ctx, kind="exercise.ended", body={"exercise": exercise.pk})
            tell(ctx, exercise)
    return exercise


def _give(ctx: Context, number: int) -> Inject | None:
    """Enter one inject as a report: sealed, numbered, waiting for its two readers."""
    with transaction.atomic():
        inject = Inject.objects.select_for_update().select_related("exercise").get(pk=number)
        if inject.given_at is not None:
            return None
        said = f"EXERCISE\nFrom: {inject.source}\nTo: {inject.addressee}\nBy: {inject.channel}\n\n{inject.content}\n"
        nameless = inject.source in NOBODY
        receipt = reports.submit(
            ctx,
            reports.Entry(
                place=inject.exercise.place_id,
                content=said.encode(),
                source_key=(f"nobody {inject.position}" if nameless else inject.source)[:60],
            ),
            via=Report.Via.CSV,
        )
        inject.given_at, inject.report = ctx.now(), receipt.number
        inject.save(update_fields=["given_at", "report"])
        body = {
            "exercise": inject.exercise_id,
            "inject": inject.position,
            "report": receipt.number,
            "at": iso(inject.given_at),
        }
        record.enter(ctx, kind="exercise.inject", body=body)
        ask(ctx, people.cli_actor(CONTROLLER), inject)
    return inject
