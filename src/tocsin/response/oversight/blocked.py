"""What blocked action, by type over time: can not, will not, may not. Counted from the ledger alone (M22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tocsin.response.oversight.entries import Entry
from tocsin.response.oversight.story import act_of

TYPES = ("cannot", "will_not", "may_not")


def by_month(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return a row for each month in which a barrier was recorded, oldest first.

    Keys: ``month``, ``n``, each type's count, ``withheld`` (the type is not to be seen), and each type's ``_share`` of
    those whose type is seen, 0–1, None when none is. A barrier recorded anew counts in the month of each record.
    """
    months: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry.kind == "option.blocked":
            said = act_of(entry).body.get("type")
            kind = said if said in TYPES else "withheld"
            months.setdefault(f"{entry.time:%Y-%m}", Counter())[kind] += 1
    return [_row(month, counts) for month, counts in sorted(months.items())]


def _row(month: str, counts: Counter[str]) -> dict[str, Any]:
    seen = sum(counts[t] for t in TYPES)
    return {
        "month": month,
        "n": counts.total(),
        **{t: counts[t] for t in TYPES},
        "withheld": counts["withheld"],
        **{f"{t}_share": counts[t] / seen if seen else None for t in TYPES},
    }
