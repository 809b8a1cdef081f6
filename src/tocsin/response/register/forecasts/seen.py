"""What a reader may see of a question: all of it once they have given a number or it has closed, until then not one.

Others' numbers are shown without names, lowest first, each with its reason: a number is judged by its reason, and
whoever stands alone must be able to say so.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from tocsin.catalog.geography import places
from tocsin.catalog.likelihood import likelihood
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.numbers import risk, times_base
from tocsin.core.pool import logit
from tocsin.response.register.forecasts import questions
from tocsin.response.register.forecasts.ending import plain
from tocsin.response.register.forecasts.giving import BLIND
from tocsin.response.register.forecasts.record import pooled
from tocsin.response.register.models import Forecast, ForecastQuestion

FAR = 1.0
"""Log-odds from the unmoved mean beyond which a voice is told apart as dissent: twice to three times the odds."""


def head(one: ForecastQuestion, now: datetime) -> dict[str, Any]:
    """Return what everybody may know of a question: what it asks, of whom, until when, what came."""
    told = questions.ending(one)
    return {
        "question": one.pk,
        "place_id": one.place_id,
        "place": places()[one.place_id].name,
        "kind": one.kind,
        "statement": one.statement,
        "horizon": one.horizon.isoformat(),
        "rule": one.rule,
        "source": one.source,
        "resolver": one.resolver or None,
        "told_by": one.get_kind_display(),
        "base_rate": _float(one.base_rate),
        "base_rate_source": one.base_rate_source or None,
        "about": {"kind": one.about, "id": one.about_id} if one.about else None,
        "item": one.item,
        "invited": [f"{s['post']}:{s['person']}" if s["person"] else s["post"] for s in one.invited],
        "asked_at": iso(one.asked_at),
        "asked_by": one.post,
        "closes_at": iso(one.closes_at),
        "state": told.came if told else "open" if now < one.closes_at else "closed",
        "open": questions.is_open(one, now),
        "end": plain(told) if told else None,
        "people": len({row.hand for row in one.forecasts.all()}),
    }


def view(ctx: Context, one: ForecastQuestion, whose: str) -> dict[str, Any]:
    """Return a question as somebody may see it. ``blind`` is the rule while nothing of others is shown, else empty."""
    now = ctx.now()
    rows = list(one.forecasts.order_by("id"))
    mine = [row for row in rows if whose and row.hand == whose]
    told = head(one, now)
    blind = BLIND if told["open"] and not mine else ""
    return {
        **told,
        "mine": [_word(row) for row in mine],
        "blind": blind,
        "shown": None if blind else _shown(ctx, one, rows, whose, now),
    }


def said(p: float, base: float | None) -> dict[str, Any]:
    """Return a probability in every form it is shown in; the number stays."""
    return {
        "p": p,
        "risk": risk(p),
        "words": likelihood().of(p),
        "times_base": times_base(p, base) if base else None,
    }


def _shown(ctx: Context, one: ForecastQuestion, rows: list[Forecast], whose: str, now: datetime) -> dict[str, Any]:
    """Return everybody's last number without names, the pool beside the model's and the base rate, and the dissent."""
    base = _float(one.base_rate)
    last = {row.hand: row for row in rows}
    words = {row.hand: sum(r.hand == row.hand for r in rows) for row in last.values()}
    # Weights as they were known when it closed: what became known since then weighs nothing back.
    found, weighed = pooled({h: float(r.p) for h, r in last.items()}, base, min(now, one.closes_at))
    model, run_id = questions.model_number(ctx, one.place_id) if one.kind == questions.Rule.ONSET else (None, "")
    if model is not None and now >= one.closes_at:
        at_close = [r for r in rows if r.model_p is not None]
        model, run_id = (at_close[-1].model_p, at_close[-1].model_run) if at_close else (None, "")
    voices = [
        {**said(float(r.p), base), "why": r.why, "numbers": words[h], "yours": bool(whose) and h == whose,
         "dissent": found.plain is not None and found.people > 1 and _apart(float(r.p), found.plain)}
        for h, r in sorted(last.items(), key=lambda pair: (pair[1].p, pair[1].pk))
    ]  # fmt: skip
    return {
        "voices": voices,
        "pool": None if found.p is None else {
            **said(found.p, base),
            "plain": found.plain,
            "people": found.people,
            "exponent": found.exponent,
            "low": found.low,
            "high": found.high,
            "spread": found.spread,
            "said": found.said,
            "weighted": weighed,
        },
        "model": None if model is None else {**said(float(model), base), "run": run_id},
        "base": None if base is None else said(base, None),
        "saw_model": sum(r.saw_model == "yes" for r in rows if r.number == 1),
    }  # fmt: skip


def _apart(p: float, middle: float) -> bool:
    return abs(logit(p) - logit(middle)) > FAR


def _word(row: Forecast) -> dict[str, Any]:
    return {
        "number": row.number, "p": float(row.p), "words": likelihood().of(float(row.p)), "why": row.why,
        "saw_model": row.saw_model, "at": iso(row.at), "post": row.post,
    }  # fmt: skip


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
