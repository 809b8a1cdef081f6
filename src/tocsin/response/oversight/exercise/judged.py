"""What the debrief says of time and of judgement: how long until each tier knew, and how good the numbers were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tocsin.core.probability import FEWEST, mean
from tocsin.response.oversight.exercise import asks
from tocsin.response.oversight.models import Exercise, Inject
from tocsin.response.register.forecasts import questions, record
from tocsin.response.register.models import Forecast


def escalation(injects: Sequence[Inject], tiers: Sequence[dict[str, Any]], cue: int, played_to: int) -> dict[str, Any]:
    """Return the time to escalate: days of the chain from the first serious report to each tier, beside the rules'.

    ``first_cue_day`` is the day of the first report given that both coders graded ``cue`` or more; without one there
    was nothing to escalate, and every time is None. ``top`` is the highest tier that the rules alone would have
    told by the last day played (``played_to``): nobody is held to what was never given.
    """
    given = [i.day for i in injects if i.given_at is not None and i.severity >= cue]
    first = min(given, default=None)
    rows = [
        {
            **t,
            "days": _since(first, t["told_day"]),
            "rules_alone_days": _since(first, t["rules_alone_day"]),
            "late_by": _since(t["rules_alone_day"], t["told_day"]),
        }
        for t in tiers
    ]
    held = [
        row
        for row, t in zip(rows, tiers, strict=True)
        if row["rules_alone_days"] is not None and t["rules_alone_day"] <= played_to
    ]
    return {"first_cue_day": first, "tiers": rows, "top": max(held, key=lambda row: row["tier"], default=None)}


def judgement(exercise: Exercise) -> dict[str, Any]:
    """Return the forecasts of an exercise: each question with what the players said, each player, and all together.

    Means and calibration need ``FEWEST`` questions told yes or no; with fewer ``why`` says so. Questions of one chain
    hang together, so that their interval is too narrow; the debrief says that too.
    """
    pairs = asks.asked(exercise)
    numbers = {one.pk for _, one in pairs}
    scored = [row for row in record.judged() if row.question in numbers]
    given: dict[int, dict[str, Forecast]] = {}
    for row in Forecast.objects.filter(question__in=numbers).order_by("id"):
        given.setdefault(row.question_id, {})[row.hand] = row
    told = []
    for inject, one in pairs:
        last, end = given.get(one.pk, {}), questions.ending(one)
        pool = record.pooled({h: float(f.p) for h, f in last.items()}, None, one.closes_at)[0] if last else None
        told.append({
            "question": one.pk,
            "inject": inject.position,
            "day": inject.day,
            "statement": one.statement,
            "came": end.came if end else None,
            "answered": len(last),
            "low": pool.low if pool else None,
            "high": pool.high if pool else None,
            "pool": pool.p if pool else None,
        })  # fmt: skip
    players = [_player(p.person.get_username(), p.post, len(pairs), scored, given) for p in exercise.players.all()]
    return {"questions": told, "players": players, "all": record.summed(scored), "fewest": FEWEST}


def _player(
    name: str, post: str, asked: int, scored: Sequence[record.Judged], given: dict[int, dict[str, Forecast]]
) -> dict[str, Any]:
    own = [row for row in scored if row.hand == name]
    whole = len(own) >= FEWEST
    return {
        "player": name,
        "post": post,
        "asked": asked,
        "answered": sum(name in last for last in given.values()),
        "scored": len(own),
        "brier": round(mean([row.brier for row in own]) or 0.0, record.DIGITS) if whole else None,
        "brier_first": round(mean([row.brier_first for row in own]) or 0.0, record.DIGITS) if whole else None,
        "why": "" if whole else f"{len(own)} of the {FEWEST} scored questions that a figure needs",
        "each": [{"question": r.question, "first": r.first, "last": r.last, "brier": round(r.brier, record.DIGITS)}
                 for r in own],
    }  # fmt: skip


def _since(start: float | None, moment: float | None) -> float | None:
    return None if start is None or moment is None else round(moment - start, 1)
