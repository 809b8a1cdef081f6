"""How good the numbers were: each question that has ended, scored; people and offices counted; the weights they carry.

The score of a question is the average over the time that each number stood, from a person's first to the close or the
day it came true: whoever is right early is right for longer. Beside it stands the first word alone, given blind. The
model and the base rate are scored over the same time. Void and withdrawn questions are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tocsin.core import pool as pools
from tocsin.core.probability import FEWEST, bands, brier, log_score, mean, over_time, spells
from tocsin.response.register.forecasts.ending import last_moment
from tocsin.response.register.models import Forecast, ForecastEnd, ForecastQuestion

Came = ForecastEnd.Came
DIGITS = 4


@dataclass(frozen=True)
class Judged:
    """One person's numbers on one question that has ended, against what came. Scores are losses: 0 is best."""

    question: int
    hand: str
    office: str
    came: bool
    first: float
    last: float
    words: int
    brier: float
    log: float
    brier_first: float
    brier_model: float | None
    brier_base: float | None
    ended_at: datetime


def judged(before: datetime | None = None) -> list[Judged]:
    """Return every person's scores on every question told yes or no (before a moment), in the order of the questions.

    Numbers first given after it had come true are no forecasts and are left out.
    """
    ends: dict[int, ForecastEnd] = {}
    told = ForecastEnd.objects.select_related("question").order_by("id")
    for row in told if before is None else told.filter(at__lt=before):
        ends[row.question_id] = row
    ended = {n: row for n, row in ends.items() if row.came in (Came.YES, Came.NO)}
    given: dict[tuple[int, str], list[Forecast]] = defaultdict(list)
    for one in Forecast.objects.filter(question__in=ended).order_by("question_id", "hand", "number"):
        given[one.question_id, one.hand].append(one)
    found = (_judge(ended[n].question, ended[n], whose, rows) for (n, whose), rows in given.items())
    return [one for one in found if one is not None]


def _judge(one: ForecastQuestion, told: ForecastEnd, whose: str, rows: list[Forecast]) -> Judged | None:
    end, came = last_moment(one, told), told.came == Came.YES
    stood = spells([(f.at, float(f.p)) for f in rows], end)
    scored = over_time(stood, came)
    if scored is None:
        return None
    modelled = [(f.at, float(f.model_p)) for f in rows if f.model_p is not None]
    model = over_time(spells(modelled, end), came) if len(modelled) == len(rows) else None
    first = float(rows[0].p)
    return Judged(
        one.pk, whose, rows[0].office, came, first, stood[-1].p, len(stood), *scored, brier(first, came),
        model[0] if model else None,
        None if one.base_rate is None else brier(float(one.base_rate), came),
        told.at,
    )  # fmt: skip


def summed(rows: Iterable[Judged]) -> dict[str, Any]:
    """Return a record: how many questions, the means, how it compares, how often each word of likelihood came true.

    Below ``FEWEST`` questions there are counts and ``why``, and no figure. A comparison counts the questions on which
    both have a score, and gives both means on those.
    """
    kept = list(rows)
    told: dict[str, Any] = {
        "questions": len({r.question for r in kept}),
        "forecasts": len(kept),
        "came": sum(r.came for r in kept),
        "why": "",
        "brier": None,
        "log": None,
        "brier_first": None,
        "versus": {},
        "bands": [],
    }
    if told["questions"] < FEWEST:
        told["why"] = f"{told['questions']} of the {FEWEST} resolved questions that a figure needs"
        return told
    means = {name: mean([getattr(r, name) for r in kept]) for name in ("brier", "log", "brier_first")}
    told |= {name: _round(value) for name, value in means.items()}
    told["versus"] = {
        name: _versus([(r.brier, other) for r in kept if (other := getattr(r, f"brier_{name}")) is not None])
        for name in ("model", "base")
    }
    told["bands"] = [asdict(b) for b in bands([(r.first, r.came) for r in kept])]
    return told


def of_hand(whose: str, *, office: str | None = None) -> dict[str, Any]:
    """Return one person's record (under one office), and their questions one by one, the newest first."""
    rows = [r for r in judged() if r.hand == whose and office in (None, r.office)]
    return {**summed(rows), "each": [_each(r) for r in reversed(rows)]}


def of_office(office: str) -> dict[str, Any]:
    """Return the record of an office: everything given under its posts, and by how many people."""
    rows = [r for r in judged() if r.office == office]
    return {**summed(rows), "office": office, "people": len({r.hand for r in rows})}


def hands_of(office: str) -> list[str]:
    """Return whoever gave a number under an office, in the order of their names."""
    return sorted(set(Forecast.objects.filter(office=office).values_list("hand", flat=True)))


def weights(hands: Iterable[str], before: datetime) -> dict[str, tuple[float, int]]:
    """Return the weight of each, and the questions it rests on, as known before a moment: never from what is to come.

    By how much somebody was better is against the mean of all who answered the same question, themselves included; a
    question that one person alone answered tells nothing.
    """
    by_question: dict[int, list[Judged]] = defaultdict(list)
    for row in judged(before):
        by_question[row.question].append(row)
    better: dict[str, list[float]] = defaultdict(list)
    for rows in by_question.values():
        if len(rows) > 1:
            level = mean([r.brier for r in rows]) or 0.0
            for r in rows:
                better[r.hand].append(level - r.brier)
    return {h: (pools.weight(mean(better[h]), len(better[h])), len(better[h])) for h in hands}


def pooled(last: Mapping[str, float], base: float | None, before: datetime) -> tuple[pools.Pool, bool]:
    """Return the pool of each one's last number, weighted by record, and whether anybody's weight is not 1."""
    heavy = weights(last, before)
    order = sorted(last)
    found = pools.pool([last[h] for h in order], [heavy[h][0] for h in order], base=base)
    return found, any(w != 1.0 for w, _ in heavy.values())


def pools_judged() -> dict[str, Any]:
    """Return how the pool did on ended questions of three people or more, beside its mean unmoved, model and base rate.

    Each pool is of the last numbers that stood, with weights and base rate as known when the question closed. Keys:
    ``questions``, ``why``, and the mean Brier of ``pool`` and ``plain``; ``versus`` compares the pool with the others.
    """
    found: dict[int, list[Judged]] = defaultdict(list)
    for row in judged():
        found[row.question].append(row)
    many = {n: rows for n, rows in found.items() if len(rows) >= pools.FEW}
    if len(many) < FEWEST:
        return {"questions": len(many), "why": f"{len(many)} of the {FEWEST} resolved questions that a figure needs"}
    kept = ForecastQuestion.objects.in_bulk(list(many))
    scores: list[tuple[float, float, float | None, float | None]] = []
    for n, rows in sorted(many.items()):
        base = None if kept[n].base_rate is None else float(kept[n].base_rate)
        one, _ = pooled({r.hand: r.last for r in rows}, base, kept[n].closes_at)
        assert one.p is not None and one.plain is not None, "three people or more"
        model = mean([r.brier_model for r in rows if r.brier_model is not None])
        scores.append((brier(one.p, rows[0].came), brier(one.plain, rows[0].came), model, rows[0].brier_base))
    return {
        "questions": len(many),
        "why": "",
        "pool": _round(mean([s[0] for s in scores])),
        "plain": _round(mean([s[1] for s in scores])),
        "versus": {
            "model": _versus([(s[0], s[2]) for s in scores if s[2] is not None]),
            "base": _versus([(s[0], s[3]) for s in scores if s[3] is not None]),
        },
    }


def _versus(pairs: list[tuple[float, float]]) -> dict[str, Any]:
    """Return both means on the questions where both have a score; none below the fewest that a figure needs."""
    if len(pairs) < FEWEST:
        return {"questions": len(pairs), "own": None, "other": None}
    return {
        "questions": len(pairs),
        "own": _round(mean([a for a, _ in pairs])),
        "other": _round(mean([b for _, b in pairs])),
    }


def _each(row: Judged) -> dict[str, Any]:
    return {
        "question": row.question,
        "came": row.came,
        "first": row.first,
        "last": row.last,
        "words": row.words,
        "brier": _round(row.brier),
        "log": _round(row.log),
        "brier_first": _round(row.brier_first),
        "log_first": _round(log_score(row.first, row.came)),
        "brier_model": _round(row.brier_model),
        "brier_base": _round(row.brier_base),
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
