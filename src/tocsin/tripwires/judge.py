"""What a sealed tripwire did against what its seal promised. It is scored by itself, on what came after the seal.

Only data periods that were first read after the period the seal was made on count, in runs as of the day it is judged
from: places over the mark at once when a home begins are no later year's rate. A rate is judged once enough was read
(a year of months; as many base years as a claim lasts), against the interval of what fits in with the back-test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tocsin.catalog.tripwires.schema import CollapseParams, EventParams, ForecastParams, Tripwire
from tocsin.core.months import month_index, month_text
from tocsin.tripwires import intervals

MONTHLY = (EventParams, CollapseParams)
"""What reads months; the others read base years."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal as the ledger has it. ``until`` is the day the next seal of the tripwire takes over; None: in force."""

    tripwire_id: str
    version: int
    seal_sha256: str
    threshold: str | None
    promise: dict[str, str | None]
    sealed_at: datetime
    judged_from: date
    read_to: str | None
    by_hand: bool
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A firing of a run, passed or cut off by the alert budget."""

    place_id: str
    period: str
    cut: bool = False


@dataclass(frozen=True)
class Look:
    """What one run saw of a tripwire: how it was armed, up to which data period it read, what fired."""

    as_of: date
    seal_sha256: str | None
    read_to: str | None
    firings: Sequence[Fired] = ()


def judge(tripwire: Tripwire, sealed: Sealed, looks: Iterable[Look]) -> dict[str, Any]:
    """Return a seal's promise, what was counted since, and what of it is broken: a list of causes, empty when kept."""
    ordered = sorted(looks, key=lambda k: k.as_of)
    mine = [k for k in ordered if k.as_of >= sealed.judged_from and (sealed.until is None or k.as_of < sealed.until)]
    base = _base(sealed, ordered, mine)
    periods = _read(tripwire, mine, base)
    fired = counted(tripwire, mine, base)
    years = len(periods) / (12 if isinstance(tripwire.params, MONTHLY) else 1)
    told: dict[str, Any] = {
        "tripwire_id": sealed.tripwire_id,
        "version": sealed.version,
        "title": tripwire.title,
        "threshold": sealed.threshold,
        "seal_sha256": sealed.seal_sha256,
        "sealed_at": sealed.sealed_at,
        "judged_from": sealed.judged_from,
        "until": sealed.until,
        "promise": sealed.promise,
        "read_after": base,
        "runs": len(mine),
        "years": round(years, 2),
        "firings": len(fired),
        "firings_per_year": round(len(fired) / years, 2) if years else None,
        "expected": None,
        "verdict": "no rate to judge",
        "fired": fired,
        # Claims made before the seal may still cover an onset after it.
        "claimed": counted(tripwire, ordered, None),
    }
    before, count = _number(sealed.promise.get("years")), _number(sealed.promise.get("firings"))
    if before and count is not None:
        told["verdict"] = "too early to judge"
        if years >= _least(tripwire):
            low, high = intervals.expected(int(count), before, years)
            told["expected"] = [low, high]
            told["verdict"] = "fewer" if len(fired) < low else "more" if len(fired) > high else "kept"
    return told | {"broken": _broken(sealed, mine, told)}


def _broken(sealed: Sealed, mine: Sequence[Look], told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each way in which the promise is broken: its cause, in words, what was seen, what it was to be."""
    found = []
    if told["verdict"] in ("more", "fewer"):
        low, high = told["expected"]
        found.append(
            {
                "cause": told["verdict"],
                "words": f"it fired {told['firings']} times in {told['years']:g} years of data read since it was "
                f"sealed; {low} to {high} fit in with its back-test",
                "value": float(told["firings"]),
                "limit": float(high if told["verdict"] == "more" else low),
            }
        )
    if sealed.sealed_at.date() >= sealed.judged_from:
        found.append(
            {"cause": "late", "words": "it was sealed after the period it judges had begun", "value": 1.0, "limit": 1.0}
        )
    if mine and sealed.until is None and mine[-1].seal_sha256 != sealed.seal_sha256:
        words = (
            "it is not armed any more"
            if mine[-1].seal_sha256 is None
            else "its rule, threshold or back-test is not the one that was sealed"
        )
        found.append({"cause": "seal", "words": words, "value": 1.0, "limit": 1.0})
    return found


def counted(tripwire: Tripwire, looks: Iterable[Look], base: str | None) -> list[Fired]:
    """Return what counts as one firing, as a back-test counts: a data period after ``base``, each once.

    An event within the quiet time of the place's last one is the same. A forecast that the budget cut off made no claim
    and fires again with the next one; a back-test knows no budget, so within the claim it counts once.
    """
    seen: dict[tuple[str, str], Fired] = {}
    for look in looks:
        for f in look.firings:
            if base is None or f.period > base:
                before = seen.get((f.place_id, f.period))
                seen[f.place_id, f.period] = f if before is None or before.cut else before
    kept: list[Fired] = []
    last: dict[str, Fired] = {}
    for f in sorted(seen.values(), key=lambda f: (f.period, f.place_id)):
        before = last.get(f.place_id)
        if not (before and _same(tripwire, before, f)):
            kept.append(f)
            last[f.place_id] = f
        elif isinstance(tripwire.params, MONTHLY):
            last[f.place_id] = f
    return kept


def _same(tripwire: Tripwire, before: Fired, after: Fired) -> bool:
    params = tripwire.params
    if isinstance(params, MONTHLY):
        return month_index(after.period) - month_index(before.period) <= params.quiet_months
    assert isinstance(params, ForecastParams)
    return before.cut and int(after.period) < int(before.period) + params.claim_years


def _base(sealed: Sealed, ordered: Sequence[Look], mine: Sequence[Look]) -> str | None:
    """Return the newest data period that was read before the judgement began; the first one read, if none was."""
    earlier = [k.read_to for k in ordered if k.as_of < sealed.judged_from and k.read_to]
    known = [p for p in (sealed.read_to, *earlier) if p]
    if known:
        return max(known)
    return next((k.read_to for k in mine if k.read_to), None)


def _read(tripwire: Tripwire, mine: Sequence[Look], base: str | None) -> set[str]:
    """Return the data periods read since: base years, or the months that a look could have fired on."""
    newest = {k.read_to for k in mine if k.read_to and base and k.read_to > base}
    params = tripwire.params
    if not isinstance(params, MONTHLY):
        return {p for p in newest if p}
    months = {m for p in newest if p for m in range(month_index(p) - params.recent_months + 1, month_index(p) + 1)}
    return {month_text(m) for m in months if base is None or month_text(m) > base}


def _least(tripwire: Tripwire) -> float:
    """Return the years of data after which a rate can be judged at all."""
    return float(tripwire.params.claim_years) if isinstance(tripwire.params, ForecastParams) else 1.0


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
