"""What followed the firings since a seal and what they missed, as far as it is known, beside what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.core.months import month_index
from tocsin.tripwires import intervals
from tocsin.tripwires.lulls import Lulls
from tocsin.tripwires.outcomes import Events, Forecasts


def followed(judged: Mapping[str, Any], outcomes: Forecasts | Events | Lulls) -> dict[str, Any]:
    """Return hits, false alarms and undecided firings of a judged seal, onsets and misses since, with their shares.

    A share that was promised fits in when it lies in the 95% interval of the one that was seen; None while nothing
    can be judged, or where nothing was promised.
    """
    number = int if isinstance(outcomes, Forecasts) else month_index
    rows = [outcomes.of(f.place_id, number(f.period)) for f in judged["fired"]]
    hits = sum(r["outcome"] == "hit" for r in rows)
    false_alarms = sum(r["outcome"] == "false alarm" for r in rows)
    onsets = _onsets(judged, outcomes)
    misses = sum(not o["caught"] for o in onsets)
    promised = judged["promise"]
    return {
        "hits": hits,
        "false_alarms": false_alarms,
        "undecided": len(rows) - hits - false_alarms,
        "onsets": len(onsets),
        "misses": misses,
        "came_true": _held(hits, hits + false_alarms, _share(promised, "hits", "false_alarms")),
        "missed": _held(misses, len(onsets), _share(promised, "misses", "onsets", whole=True)),
    }


def _onsets(judged: Mapping[str, Any], outcomes: Forecasts | Events | Lulls) -> list[dict[str, Any]]:
    """Return the onsets that the first figures read after the seal could have claimed."""
    base = judged["read_after"]
    if base is None:
        return []
    if not isinstance(outcomes, Forecasts):
        claimed = ((f.place_id, month_index(f.period)) for f in judged["claimed"])
        return outcomes.onsets(claimed, month_index(base), outcomes.last)
    facts, states = outcomes.facts, outcomes.params.states
    read = ((p, y - 1) for p, years in facts.onsets.items() for y in years if facts.state(p, y - 1) in states)
    return outcomes.onsets(((f.place_id, int(f.period)) for f in judged["claimed"]), read, int(base) + 1, outcomes.last)


def _held(count: int, of: int, promised: float | None) -> dict[str, Any]:
    """Return a share since the seal with its interval, beside the one that was promised."""
    interval = intervals.share(count, of) if of else None
    return {
        "share": round(count / of, 3) if of else None,
        "interval": None if interval is None else [round(v, 3) for v in interval],
        "promised": promised,
        "fits": None if interval is None or promised is None else interval[0] <= promised <= interval[1],
    }


def _share(promise: Mapping[str, str | None], count: str, other: str, *, whole: bool = False) -> float | None:
    """Return a promised share: of a count and its counterpart, or of a count in the whole."""
    one, two = promise.get(count), promise.get(other)
    if one is None or two is None:
        return None
    of = int(two) if whole else int(one) + int(two)
    return round(int(one) / of, 3) if of else None
