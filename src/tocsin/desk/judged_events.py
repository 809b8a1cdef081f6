"""Where the two wings meet over events: judgements of the register are handed to the event store, and acts to both."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.events import judged, one
from tocsin.evidence.events.fuse import Judgement
from tocsin.evidence.events.one import Beside, Shown
from tocsin.response.register import event_judgements as record
from tocsin.response.register.models_events import EventJudgement
from tocsin.response.register.people import Actor


def hand_over(ctx: Context) -> int:
    """Hand every judgement that stands to the event store; return how many reports that touched."""
    return judged.hand_over(ctx, lambda: [Judgement(**told) for told in record.standing()])


def applied(ctx: Context) -> None:
    """Hand over what was just entered. Where a load is writing, it waits for the next tick, entered all the same."""
    with suppress(Refused):
        hand_over(ctx)


def judge(ctx: Context, actor: Actor, word: str, pair: tuple[str, str], why: str) -> EventJudgement:
    """Judge two reports, and make their events anew. Raises Misuse when one of them is not there."""
    beside = one.pair(ctx, *pair)
    if beside is None:
        raise Misuse("One of the two reports is not in the event store", todo="See tocsin events show")
    shown = one.event(ctx, pair[0])
    place = next(iter(shown.event.places), "") if shown else ""
    made = record.judge(ctx, actor, word, [pair], why=why, place_id=place, seen=_seen([beside]))
    applied(ctx)
    return made


def split(ctx: Context, actor: Actor, report: str, why: str) -> EventJudgement:
    """Take one report out of its event: it is judged to be apart from each of the others.

    Raises Misuse when there is no such report, Refused when it is alone already.
    """
    shown = _there(ctx, report)
    others, beside = one.others(ctx, report)
    if not others:
        raise Refused("The report is alone in its event already", todo="There is nothing to split")
    place = next(iter(shown.event.places), "")
    pairs = [(report, other) for other in others]
    made = record.judge(ctx, actor, "apart", pairs, why=why, place_id=place, seen=_seen(beside))
    applied(ctx)
    return made


def take_back(ctx: Context, actor: Actor, number: int, why: str) -> EventJudgement:
    """Take a judgement back, and make the events anew that it made."""
    made = record.take_back(ctx, actor, number, why)
    applied(ctx)
    return made


def about(ctx: Context, refs: Sequence[str], *, place_id: str = "", most: int = 50) -> list[dict[str, Any]]:
    """Return judgements as ``event_judgements.about`` does; ``passed`` tells by which later ones a pair is passed over.

    ``passed`` is None, or the pairs that do not hold, of how many, and the judgements that are why.
    """
    over = judged.passed_over(ctx)
    found = record.about(refs, place_id=place_id, most=most)
    for told in found:
        mine = {n: by for n, by in over.items() if record.act_of(n) == told["number"]}
        by = sorted({record.act_of(n) for numbers in mine.values() for n in numbers})
        told["passed"] = None
        if mine and not told["back"]:
            told["passed"] = {"pairs": len(mine), "of": len(told["pairs"]), "by": by}
    return found


def _there(ctx: Context, ref: str) -> Shown:
    shown = one.event(ctx, ref)
    if shown is None:
        raise Misuse("There is no such report in the event store", todo="See tocsin events list PLACE")
    return shown


def _seen(pairs: Sequence[Beside]) -> dict[str, Any]:
    """Return what the rule said, as it is kept with a judgement: points and what was compared, no publisher's text."""
    return {
        "rule": pairs[0].rule_version,
        "pairs": [
            {
                "one": b.one,
                "other": b.other,
                "points": b.compared.score,
                "barred": b.compared.barred,
                "lacks": b.compared.lacks,
                "lines": {line.what: line.points for line in b.compared.lines},
            }
            for b in pairs
        ],
    }
