"""What followed the firings since a seal, as far as outcomes are known, beside the share that was promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.core.months import month_index
from tocsin.tripwires import intervals
from tocsin.tripwires.outcomes import Events, Forecasts


def followed(judged: Mapping[str, Any], outcomes: Forecasts | Events) -> dict[str, Any]:
    """Return hits, false alarms and undecided firings of a judged seal, and whether the promised share fits in.

    ``fits`` None: nothing can be judged yet, or nothing was promised.
    """
    monthly = isinstance(outcomes, Events)
    rows = [outcomes.of(f.place_id, month_index(f.period) if monthly else int(f.period)) for f in judged["fired"]]
    hits = sum(r["outcome"] == "hit" for r in rows)
    false_alarms = sum(r["outcome"] == "false alarm" for r in rows)
    promised = _share(judged["promise"])
    interval = intervals.share(hits, hits + false_alarms) if hits + false_alarms else None
    return {
        "hits": hits,
        "false_alarms": false_alarms,
        "undecided": len(rows) - hits - false_alarms,
        "share_interval": None if interval is None else [round(v, 3) for v in interval],
        "promised_share": promised,
        "fits": None if interval is None or promised is None else interval[0] <= promised <= interval[1],
    }


def _share(promise: Mapping[str, str | None]) -> float | None:
    hits, wrong = promise.get("hits"), promise.get("false_alarms")
    if hits is None or wrong is None or not int(hits) + int(wrong):
        return None
    return round(int(hits) / (int(hits) + int(wrong)), 3)
