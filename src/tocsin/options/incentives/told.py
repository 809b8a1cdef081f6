"""A trial as plain values and in words: the same for a page, a command and a file."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from tocsin.catalog.development.incentives import words
from tocsin.options.incentives.arithmetic import Bounds, Ends
from tocsin.options.incentives.model import Model, Programme
from tocsin.options.incentives.trial import Advantage, Trial, Weight, gains

SIGNS: dict[str, str] = {
    "falls": "falls, whatever the ranges hold",
    "rises": "rises, whatever the ranges hold",
    "unchanged": "is not changed",
    "not determined": "is not determined: the ranges hold both a fall and a rise",
}
PAYS: dict[str, str] = {
    "pays": "violence brings more, whatever the ranges hold",
    "does not": "violence does not bring more, whatever the ranges hold",
    "not known": "not known: the ranges hold both answers",
    "not stated": "not known: nobody has stated what one of the two courses brings",
}
Row = dict[str, Any]


def as_dict(model: Model, found: Trial, programme: Programme | None = None) -> Row:
    """Return everything a trial says, in the order of the model. Amounts are text, rounded outwards to hundredths."""
    names = {actor.id: actor.name for actor in model.actors}
    bargains = {one.id: one.name for one in model.bargains}
    book = words()
    return {
        "as_of": model.as_of,
        "actors": [{"id": a.id, "name": a.name, "kind": book.actors[a.kind], **_of(a.id, found)} for a in model.actors],
        "steps": [
            {
                "actor": names[s.actor],
                "course": book.courses[s.course],
                "flow": book.flows[s.flow],
                "before": list(s.before) if s.before else None,
                "moved": _ends(s.moved),
                "sign": s.sign,
                "said": f"{SIGNS[s.sign]}",
            }
            for s in found.steps
        ],
        "strained": [
            {
                "bargain": bargains[s.bargain],
                "actor": names[s.actor],
                "unit": book.units[s.unit],
                "change": _bounds(s.change),
                "said": f"What {names[s.actor]} has of {bargains[s.bargain]} {SIGNS[s.change.sign]}",
            }
            for s in found.strained
        ],
        "lines": [_line(line.model_dump(mode="json"), names) for line in model.lines],
        "bargains": [
            {"id": b.id, "name": b.name, "parties": [names[p] for p in b.parties], "says": b.says}
            for b in model.bargains
        ],
        "programme": None if programme is None else programme.model_dump(mode="json"),
        "basis": book.basis_label,
    }


def _line(line: Row, names: dict[str, str]) -> Row:
    book = words()
    return {
        **line,
        "actor_name": names[line["actor"]],
        "course_name": book.courses[line["course"]],
        "flow_name": book.flows[line["flow"]],
        "unit_name": book.units[line["unit"]],
    }


def _of(actor: str, found: Trial) -> Row:
    book = words()
    return {
        "payoffs": [
            {
                "course": book.courses[p.course],
                "unit": book.units[p.unit],
                "before": _between(p.before),
                "after": _between(p.after),
                "change": _bounds(p.change),
            }
            for p in found.payoffs
            if p.actor == actor
        ],
        "advantages": [_advantage(a) for a in found.advantages if a.actor == actor],
    }


def _advantage(one: Advantage) -> Row:
    book = words()
    pays = gains(one)
    return {
        "over": book.courses[one.over],
        "unit": book.units[one.unit],
        "stated": one.stated,
        "pays": pays,
        "pays_said": PAYS[pays],
        "before": _between(one.before) if one.stated else None,
        "after": _between(one.after) if one.stated else None,
        "change": _bounds(one.change),
        "said": f"What violence brings over {book.courses[one.over].lower()} {SIGNS[one.change.sign]}",
        "worst": [{"assumption": name, "end": end} for name, end in one.change.at_high],
        "best": [{"assumption": name, "end": end} for name, end in one.change.at_low],
        "weights": [_weight(w) for w in one.weights],
    }


def _weight(one: Weight) -> Row:
    settles = {
        (): "leaves the sign as it is",
        ("low",): "its low end alone would settle the sign",
        ("high",): "its high end alone would settle the sign",
        ("low", "high"): "either end alone would settle the sign",
    }
    return {
        "assumption": one.name,
        "says": one.says,
        "range": _ends(one.ends),
        "swing": str(_outward(one.swing, up=True)),
        "turns_at": None if one.turns_at is None else str(_near(one.turns_at)),
        "settles": list(one.settles),
        "settles_said": settles[one.settles],
    }


def _bounds(found: Bounds) -> Row:
    return {**_between(found), "sign": found.sign, "said": SIGNS[found.sign]}


def _between(found: Bounds) -> Row:
    return {"low": str(_outward(found.low, up=False)), "high": str(_outward(found.high, up=True))}


def _ends(ends: Ends) -> list[str]:
    """Return a range as it was given: decimal fractions, so nothing is rounded."""
    return [str(_plain(Decimal(end.numerator) / Decimal(end.denominator))) for end in ends]


def _outward(number: Fraction, *, up: bool) -> Decimal:
    """Return a bound in hundredths, never nearer to the middle than it is."""
    whole = Decimal(number.numerator * 100) / Decimal(number.denominator)
    return _plain(whole.to_integral_value(rounding=ROUND_CEILING if up else ROUND_FLOOR) / 100)


def _near(number: Fraction) -> Decimal:
    return _plain(round(Decimal(number.numerator) / Decimal(number.denominator), 4))


def _plain(number: Decimal) -> Decimal:
    """Return a number without needless zeros and never in powers of ten."""
    return Decimal(f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}")
