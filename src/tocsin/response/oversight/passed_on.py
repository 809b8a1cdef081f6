"""How reports of people travelled up, hop by hop, and which clocks on them ran out: from the ledger alone (M75).

No text and no writer stands in the ledger; a number is all that ties the hops of one report together. Hours at a tier
run from when the report came there to when it was sent on. One that was held there or taken past its post, and never
sent on, counts as longer than any. One that nobody passed on at all has no hop: it is among the reports received alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tocsin.core.clock import parse_time
from tocsin.core.errors import Misuse
from tocsin.response.oversight.entries import Entry
from tocsin.response.oversight.latency import hours, spread
from tocsin.response.oversight.story import Act, act_of

HOPS = {"report.sent": "sent", "report.held": "held", "report.went_around": "around"}
SMALL = 3
"""Fewer of a kind than this are not told on an open page: who passed what on must not be read from a count."""


def passed_on(entries: Iterable[Entry], *, open_to_all: bool = False) -> dict[str, Any]:
    """Return ``reports`` (received), ``hops`` by the tier passed from, ``lapses`` by clock and post, ``withheld``.

    A hop: ``from_tier, sent, held, around, hours`` (as ``latency.spread`` has them), ``statements, statements_lost,
    figures, figures_lost`` (lost as a share 0–1, None where nothing was counted), ``not_judged`` (sent in a language
    whose softening nobody counted). ``withheld`` counts entries whose tier is not to be seen.
    """
    acts = [(entry.kind, act_of(entry)) for entry in entries if entry.kind.startswith("report.")]
    received = {a.body.get("number"): a.at for kind, a in acts if kind == "report.received"}
    hops = [(HOPS[kind], act) for kind, act in acts if kind in HOPS]
    seen = [(kind, act) for kind, act in hops if isinstance(act.body.get("from_tier"), int)]
    tiers = sorted({act.body["from_tier"] for _, act in seen})
    rows = [_tier(tier, seen, received) for tier in tiers]
    few = [row for row in rows if open_to_all and sum(row[kind] for kind in HOPS.values()) < SMALL]
    return {
        "reports": sum(kind == "report.received" for kind, _ in acts),
        "hops": [row for row in rows if row not in few],
        "tiers_too_few": [row["from_tier"] for row in few],
        "lapses": _lapses([act for kind, act in acts if kind == "report.lapsed"]),
        "withheld": len(hops) - len(seen),
    }


def _tier(tier: int, hops: list[tuple[str, Act]], received: dict[Any, datetime]) -> dict[str, Any]:
    own = [(kind, act) for kind, act in hops if act.body["from_tier"] == tier]
    sent = [act for kind, act in own if kind == "sent"]
    total: Counter[str] = Counter()
    for act in sent:
        counts = act.body.get("counts")
        total.update({k: n for k, n in counts.items() if isinstance(n, int)} if isinstance(counts, dict) else {})
    took = [hours(at, act.at) for act in sent if (at := _arrived(act, tier, hops, received)) is not None]
    # Held, or taken past whoever kept it, and never sent on by the tier itself.
    never = len(_numbers([act for kind, act in own if kind != "sent"]) - _numbers(sent))
    return {
        "from_tier": tier,
        **{kind: sum(k == kind for k, _ in own) for kind in HOPS.values()},
        "hours": spread(took, never=never),
        "statements": total["statements"],
        "statements_lost": _share(total["dropped"] + total["softened"], total["statements"]),
        "figures": total["figures"],
        "figures_lost": _share(total["figures_lost"], total["figures"]),
        "not_judged": sum(act.body.get("judged") is False for act in sent),
    }


def _numbers(acts: list[Act]) -> set[Any]:
    return {act.body.get("report") for act in acts}


def _arrived(act: Act, tier: int, hops: list[tuple[str, Act]], received: dict[Any, datetime]) -> datetime | None:
    """Return when a report came to the tier; None when that is not to be seen."""
    try:
        return parse_time(str(act.body["arrived_at"]))
    except (KeyError, Misuse):
        number = act.body.get("report")
        came = [
            a.at for k, a in hops if k != "held" and a.body.get("to_tier") == tier and a.body.get("report") == number
        ]
        return min(came, default=received.get(number) if tier == 1 and number is not None else None)


def _lapses(acts: list[Act]) -> list[dict[str, Any]]:
    """Return lapses by clock (reading, hop) and post; a lapse of two posts counts under each."""
    counts: Counter[tuple[str, str]] = Counter()
    for act in acts:
        posts = act.body.get("posts")
        for post in posts if isinstance(posts, list) and posts else ["withheld"]:
            counts[str(act.body.get("clock") or "withheld"), str(post)] += 1
    return [{"clock": clock, "post": post, "n": n} for (clock, post), n in sorted(counts.items())]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
