"""The question an item puts to the catalogue of options, and how each part of it was come by.

Page, brief and command line ask through here, so that the same item shows the same options everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tocsin.catalog.asking import asking
from tocsin.catalog.library import library
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.numbers import percent, risk
from tocsin.options import Answer, Constraints, Question, Weights, Window, answer
from tocsin.options.window import even
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import past as packages
from tocsin.response.register import assessments, at_hand, mandate

Board = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What can be done, and in words where the factors, the phase and the days came from."""

    answer: Answer
    said: list[str]


def of_item(ctx: Context, item: Item, row: Board | None, **given: Any) -> Asked:
    """Ask about an item; ``row`` is its place's row of the board, None without a run. ``given`` as in ``of_place``.

    Raises Refused for an item about a silent source: options are matched to a place.
    """
    if not item.place_id:
        raise Refused(
            f"Item {item.pk} is about the source {item.source_id}, and options are matched to a place",
            todo="Load the source again, or name a place with --place",
        )
    kinds = list(dict.fromkeys(item.warnings.order_by("id").values_list("kind", flat=True)))
    until, by = _deadline(item)
    opened = item.opened_at.date()
    return _ask(
        ctx, item.place_id, row, level=item.level, kinds=kinds, until=until, until_by=by, opened=opened, **given
    )


def of_place(
    ctx: Context,
    place_id: str,
    row: Board | None,
    *,
    level: str = "alert",
    kinds: Iterable[str] = ("forecast",),
    **given: Any,
) -> Asked:
    """Ask about a place with no item: the planning horizon of ``level`` is counted from today.

    What is given (``factors``, ``phase``, ``days``, ``constraints``, ``weights``, ``actors``, ``window``,
    ``last_package``) is taken; the rest comes from the assessment, the board and ``asking.yml``. ``kinds`` are the
    kinds of warning behind the question; they point to factors when nobody has assessed the place. Raises Misuse,
    with the valid list, for a factor or phase there is not.
    """
    until = ctx.now().date() + timedelta(days=horizon(level))
    return _ask(ctx, place_id, row, level=level, kinds=list(kinds), until=until, until_by=level, **given)


def _ask(
    ctx: Context,
    place_id: str,
    row: Board | None,
    *,
    level: str,
    kinds: list[str],
    until: date,
    until_by: str,
    opened: date | None = None,
    factors: tuple[str, ...] | None = None,
    phase: str | None = None,
    days: int | None = None,
    constraints: Constraints | None = None,
    weights: Weights | None = None,
    actors: tuple[str, ...] = (),
    window: Window | None = None,
    last_package: tuple[str, ...] | None = None,
) -> Asked:
    """Put the question together, and say of each part where it came from."""
    today = ctx.now().date()
    codes, pointed, from_factors = _factors(place_id, kinds, factors)
    under_way = bool(row and row["state"] == "under way")
    chosen, from_phase = _phase(under_way, level, phase)
    left, from_days = _days(today, until, until_by, days)
    hand, from_hand = _hand(place_id, today, actors)
    question = Question(
        place_id=place_id,
        factors=codes,
        phase=chosen,
        days_left=left,
        asked_on=today,
        constraints=constraints or Constraints(),
        waiting=waiting(row),
        pointed=pointed,
        actors=hand,
        window=window or evenly(left, given=days is not None),
    )
    since = (opened, even(left + (today - opened).days)) if opened and opened < today and days is None else None
    again = _last_package(place_id) if last_package is None else last_package
    found = answer(question, library(), weights=weights or Weights(), last_package=again, opened=since)
    return Asked(found, [said for said in (from_factors, from_phase, from_days, from_hand) if said])


def _last_package(place_id: str) -> tuple[str, ...]:
    """Return the options of the package last submitted for a place."""
    last = packages.last_for(place_id)
    return tuple(line.option_id for line in last.lines.all() if line.option_id) if last else ()


def _hand(place_id: str, today: date, given: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the kinds of actors at hand, and where they came from: given, else as somebody said of the place.

    Where nobody has said anything the second is empty: the answer itself says so.
    """
    if given:
        return given, "At hand: as given"
    said = at_hand.known(place_id, today)
    if said is None:
        return (), ""
    kinds = ", ".join(kind.replace("_", " ") for kind in said.kinds)
    return tuple(
        said.kinds
    ), f"At hand: {kinds}, as the {mandate.title(said.post).lower()} said on {said.at.date()}: {said.why}"


def evenly(left: int, *, given: bool) -> Window:
    """Return the days left as a distribution: any day until the last alike, because nobody says more."""
    left = max(0, left)
    if given:
        return even(left, "as given: any day until then taken as equally likely")
    return even(left, "the planning horizon of the level: any day of it taken as equally likely", "level")


def waiting(row: Board | None) -> str:
    """Return what the forecast says of doing nothing, from a row of the board; empty without a forecast."""
    if row is None or row.get("p_onset") is None:
        return ""
    new = "a further, separate mass killing" if row["state"] == "under way" else "a mass killing"
    span = row.get("interval")
    between = f", between {percent(span['low'])} and {percent(span['high'])}" if span else ""
    window = row.get("window")
    when = f"in {window['dates']}" if window else "within two years"
    gone = f" ({window['said']})" if window and window["said"] else ""
    return (
        f"{new} begins {when}{gone}: {risk(row['p_onset'])}{between}. "
        "It describes places like this one as they were answered in the past, and not what waiting adds"
    )


def _factors(
    place_id: str, kinds: list[str], given: tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return the factors, those of them that nobody has seen, and in words where each came from.

    They are given, or assessed together with what the kind of warning points to.

    An assessment adds to the warning's factors and takes none away: one weak answer must not make options vanish.
    """
    if given is not None:
        return given, (), "Factors: as given" if given else "Factors: none given"
    seen = assessments.factors_seen(place_id)
    pointers = {kind: asking().factors[kind] for kind in kinds if kind in asking().factors}
    codes = tuple(dict.fromkeys(code for pointer in pointers.values() for code in pointer.codes))
    why = "; ".join(f"{kind} ({', '.join(p.codes)}): {p.because}" for kind, p in pointers.items())
    if seen:
        cited = "; ".join(f"{code} ({', '.join(one.citations)})" for code, one in seen.items())
        added = f"; and pointed to by the kind of warning: {why}" if codes else ""
        both = tuple(dict.fromkeys([*seen, *codes]))
        unseen = tuple(code for code in codes if code not in seen)
        return both, unseen, f"Factors: seen in the assessment of the place: {cited}{added}"
    if not codes:
        return (), (), "Factors: nobody has assessed this place, and nothing points to any"
    told = f"Factors: nobody has seen any in an assessment of this place; the kind of warning points to {why}"
    return codes, codes, told


def _phase(under_way: bool, level: str, given: str | None) -> tuple[str, str]:
    """Return the phase and where it came from."""
    if given is not None:
        return given, "Phase: as given"
    if under_way:
        return asking().phase.under_way, "Phase: a mass killing is under way here"
    return getattr(asking().phase, level), f"Phase: the one set for the level {level}, with no mass killing known here"


def _deadline(item: Item) -> tuple[date, str]:
    """Return the day by which an effect must be felt, and the level that sets it.

    Each warning gives the day it came plus the horizon of its level; the earliest stands, so that neither waiting
    nor a further warning ever moves it later.
    """
    came = [(link.joined_at.date(), link.warning.level) for link in item.itemwarning_set.select_related("warning")]
    ends = [(day + timedelta(days=horizon(level)), level) for day, level in came]
    return min(ends, default=(item.opened_at.date() + timedelta(days=horizon(item.level)), item.level))


def horizon(level: str) -> int:
    """Return the planning horizon of a level in days."""
    return int(getattr(asking().horizon_days, level))


def _days(today: date, until: date, level: str, given: int | None) -> tuple[int, str]:
    """Return the days left and where they came from."""
    if given is not None:
        return given, "Days left: as given"
    left, least = (until - today).days, asking().least_days
    if left < least:
        ran = f"ran out on {until}" if left < 0 else f"runs out on {until}"
        return least, f"Days left: {least}. The planning horizon of the level {level} {ran}; late help is still help"
    return left, (
        f"Days left: {left}, to {until}, the end of the planning horizon of the level {level}; "
        "no forecast says when within its window"
    )
