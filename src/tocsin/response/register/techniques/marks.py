"""An indicator of a scenario as a tripwire of this home: the rule of one that ships, with a mark of its own.

A tripwire knows no place: the same rule looks at every place, friend or rival (rule 10), and what it costs is counted
over all of them. Its page is open to everybody, so nothing of the scenario stands in it, nor the place it is about.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from tocsin.catalog.tripwires import Tripwire, shipped_tripwires
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.people import Actor, may
from tocsin.response.register.record import enter
from tocsin.response.register.techniques.kinds import QUANTITIES, SCENARIOS
from tocsin.response.register.techniques.models import HomeTripwire, Technique, TechniquePart

LEVEL, ITEMS = "watch", 2.0
LEVELS = {"watch": "forecast_rise", "alert": "event_one_sided"}
"""Levels a mark may ring at, each told to those whom this tripwire tells. An emergency needs reports, or a person."""
RULES = {
    "one_sided_deaths": "event_one_sided",
    "state_based_deaths": "event_one_sided",
    "non_state_deaths": "event_one_sided",
    "onset_risk": "forecast_level",
    "onset_rise": "forecast_rise",
}
QUESTIONS = {
    "one_sided_deaths": "What will we do about the killing of civilians in {place}?",
    "state_based_deaths": "What will we do about the fighting in {place}?",
    "non_state_deaths": "What will we do about the fighting between groups in {place}?",
    "onset_risk": "What will we do about the risk that a mass killing begins in {place} by the end of {until}?",
    "onset_rise": "What will we do about the rise in the risk of a mass killing in {place}?",
}
WHY = (
    "An indicator that analysts of this home watch for one of their scenarios. It reads every place by the same rule, "
    "that of {rule}; what that cannot see, this cannot see."
)


def indicator(one: Technique, key: str) -> dict[str, Any]:
    """Return the words of an indicator that stands. Raises Refused when there is none, or no tripwire can read it."""
    rows = TechniquePart.objects.filter(technique=one, part="indicator", key=key)
    last = rows.order_by("-version").first() if one.kind == SCENARIOS.id else None
    if last is None or last.withdrawn:
        raise Refused(f"Technique {one.number} has no indicator {key[:20]!r}", todo="Name one as the page does, as I1")
    if not (last.words["quantity"] and last.words["mark"]):
        named = ", ".join(QUANTITIES)
        raise Refused(
            f"{key} names no quantity and mark that a tripwire can read: a person watches it",
            todo=f"Give it quantity (one of {named}) and mark, a number",
        )
    return dict(last.words)


def tripwire_of(one: Technique, key: str, *, level: str, items_per_year: float) -> tuple[Tripwire, str]:
    """Return an indicator as a tripwire, with its mark. A mark moved, or a new quantity, is its next version.

    Raises Misuse for a level or a budget there is not; Refused when the indicator is armed so already.
    """
    words = indicator(one, key)
    quantity, mark = words["quantity"], words["mark"]
    if level not in LEVELS:
        raise Misuse(f"{level!r} is no level of a mark", todo=f"Write {', '.join(LEVELS)}; anybody may ring the bell")
    before = HomeTripwire.objects.filter(technique=one, key=key).order_by("version").last()
    name = before.tripwire_id if before else f"x{HomeTripwire.objects.values('tripwire_id').distinct().count() + 1:02d}"
    rule, told = shipped_tripwires()[RULES[quantity]], shipped_tripwires()[LEVELS[level]]
    row = rule.model_dump(mode="json") | {
        "id": name,
        "version": before.version + 1 if before else 1,
        "title": f"{QUANTITIES[quantity][0].upper()}{QUANTITIES[quantity][1:]}: a mark of this home",
        "why": WHY.format(rule=rule.id),
        "level": level,
        "told": list(told.told),
        "question": QUESTIONS[quantity],
        "alert_budget": {"items_per_year": items_per_year},
        "costs": told.costs.model_dump(),
        "readiness_days": told.readiness_days,
    }
    if rule.kind == "event":
        row["params"] = {**row["params"], "column": quantity}
    try:
        made = Tripwire.model_validate(row)
    except ValidationError as error:
        raise Misuse(f"This makes no tripwire: {error.errors()[0]['msg']}", todo="Give items a year above 0") from None
    if before is not None and before.threshold == mark and _alike(before.row, row):
        raise Refused(f"{key} is armed so already, as {before.tripwire_id}", todo="Change its mark or quantity first")
    if quantity == "onset_risk" and not 0 < float(mark) < 1:
        raise Misuse(f"{mark} is no risk", todo="Write a risk between 0 and 1, as 0.04")
    return made, mark


def keep(ctx: Context, one: Technique, key: str, actor: Actor, *, tripwire: Tripwire, mark: str) -> HomeTripwire:
    """Keep a tripwire of this home with the indicator it was made for. Call it in the transaction of the arming."""
    may(actor, "assess").enforce()
    where = {"place_id": one.place_id, "technique": one.number, "key": key}
    rule = {"tripwire_id": tripwire.id, "version": tripwire.version, "rule_sha256": tripwire.digest(), "mark": mark}
    entry = enter(ctx, kind="technique.armed", item=one.item, body={**where, **rule, "by": actor.body()})
    return HomeTripwire.objects.create(
        tripwire_id=tripwire.id,
        version=tripwire.version,
        row=tripwire.model_dump(mode="json"),
        threshold=mark,
        technique=one,
        key=key,
        post=actor.post,
        person=actor.person,
        at=ctx.now(),
        ledger_seq=entry.seq,
    )


def _alike(before: dict[str, Any], now: dict[str, Any]) -> bool:
    return {k: v for k, v in before.items() if k != "version"} == {k: v for k, v in now.items() if k != "version"}
