"""Forecasts asked of the players with the injects, and told by the chain once it is over.

They come at even distances along the chain up to its onset, never by what an inject says: a question that came with the
grave reports alone would tell the players which those are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.ledger import canonical
from tocsin.response.docket.replay.items import Dated, Timeline
from tocsin.response.docket.replay.reach import reach
from tocsin.response.oversight.models import Exercise, Inject
from tocsin.response.register.forecasts import ending, questions, subjects
from tocsin.response.register.models import ForecastEnd, ForecastQuestion
from tocsin.response.register.people import Actor

AHEAD_DAYS = 30
"""Days of the chain that each question looks ahead."""
USUAL = 10
"""Questions an exercise asks unless told otherwise: as many as a figure of calibration needs."""
SHORTEST = timedelta(minutes=5)
"""However fast the chain runs, people have so long to write a number."""


def version(timeline: Timeline, own: Sequence[Dated]) -> str:
    """Return the SHA-256 over a chain and its items, hex: which version of it was played."""
    rows = [
        {
            "item": row.item_id,
            "day": row.day.isoformat(),
            "from": row.source,
            "to": row.addressee,
            "by": row.channel,
            "said": row.content,
            "fate": row.fate,
            "visibility": row.visibility,
            "codes": [{"kind": c.kind, "factors": sorted(c.factors), "severity": c.severity} for c in row.codes],
        }
        for row in own
    ]
    onset = timeline.onset.isoformat() if timeline.onset else None
    return hashlib.sha256(canonical.encode({"timeline": timeline.id, "onset": onset, "items": rows})).hexdigest()


def before_onset(own: Sequence[Dated], onset: date | None) -> list[int]:
    """Return the positions of items that reach the chain before its onset: afterwards nothing is to be expected."""
    reaching = [(n, row) for n, row in enumerate(own, 1) if reach(row).reached]
    return [n for n, row in reaching if onset is None or row.day < onset]


def planned(positions: Sequence[int], asks: int) -> list[dict[str, int]]:
    """Return with which injects a forecast is asked for, the first among them, at even distances."""
    n = len(positions)
    chosen = sorted({k * n // asks for k in range(asks)}) if asks else []
    return [{"position": positions[i], "days": AHEAD_DAYS} for i in chosen if i < n]


def ask(ctx: Context, controller: Actor, inject: Inject) -> ForecastQuestion | None:
    """Ask the players what they expect, where this inject is one of those; call it when the inject is given."""
    exercise = inject.exercise
    days = next((a["days"] for a in exercise.asks if a["position"] == inject.position), None)
    if days is None:
        return None
    until = inject.day + days
    closes = ctx.now() + max(timedelta(days=days / exercise.speed), SHORTEST)
    return questions.ask_of_chain(
        ctx,
        controller,
        exercise.place_id,
        closes_at=closes,
        horizon=closes.date(),
        statement=f"By day {until} of the chain a mass killing has begun in {places()[exercise.place_id].name}.",
        rule="True when the chain dates the onset after this was asked and not after that day.",
        source="the chain of the exercise, read by nobody before its end",
        invited=[f"{p.post}:{p.person.get_username()}" for p in exercise.players.select_related("person")],
        about=subjects.INJECT,
        about_id=inject.pk,
    )


def asked(exercise: Exercise) -> list[tuple[Inject, ForecastQuestion]]:
    """Return the questions of an exercise with their injects, in the order they were asked."""
    injects = {i.pk: i for i in exercise.injects.all()}
    rows = ForecastQuestion.objects.filter(about=subjects.INJECT, about_id__in=injects).order_by("id")
    return [(injects[row.about_id or 0], row) for row in rows.prefetch_related("ends")]


def tell(ctx: Context, exercise: Exercise) -> None:
    """Say of every question what the chain says, once it is over; call it in the transaction of the end."""
    onset = (exercise.onset_day - exercise.first_day).days if exercise.onset_day else None
    for inject, one in asked(exercise):
        if questions.ending(one) is not None:
            continue
        came, when, said = _came(exercise, inject, onset)
        ending.end(ctx, None, one, came=came, evidence=said, happened_at=when, by_rule=f"chain {exercise.timeline}")


def _came(exercise: Exercise, inject: Inject, onset: int | None) -> tuple[str, Any, str]:
    """Return what the chain says of one question: the word, the moment of the exercise, and the evidence."""
    until = inject.day + next(a["days"] for a in exercise.asks if a["position"] == inject.position)
    if onset is None:
        return ForecastEnd.Came.NO, None, "No onset followed, by the chain."
    if onset <= inject.day:
        return ForecastEnd.Came.VOID, None, f"It had begun on day {onset}, before this was asked."
    if onset > until:
        return ForecastEnd.Came.NO, None, f"By the chain the onset came on day {onset}."
    moment = exercise.started_at + timedelta(days=onset / exercise.speed)
    return ForecastEnd.Came.YES, moment, f"By the chain the onset came on day {onset}."
