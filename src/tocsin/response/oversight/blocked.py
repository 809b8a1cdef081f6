"""What blocked action, by type over time: can not, will not, may not; and where it lies. By the ledger alone (M22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tocsin.response.oversight.entries import Entry
from tocsin.response.oversight.story import act_of

TYPES = ("cannot", "will_not", "may_not")
SPHERES = ("political", "institutional", "operational")


def by_month(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return a row for each month in which a barrier was recorded, oldest first.

    Keys: ``month``, ``n``, each type's count, ``withheld`` (the type is not to be seen), and each type's ``_share`` of
    those whose type is seen, 0–1, None when none is; the same of each sphere, with ``sphere_withheld``.
    A barrier recorded anew counts in the month of each record.
    """
    months: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry.kind == "option.blocked":
            body = act_of(entry).body
            counts = months.setdefault(f"{entry.time:%Y-%m}", Counter())
            counts[body["type"] if body.get("type") in TYPES else "withheld"] += 1
            counts[body["sphere"] if body.get("sphere") in SPHERES else "sphere_withheld"] += 1
    return [_row(month, counts) for month, counts in sorted(months.items())]


def _row(month: str, counts: Counter[str]) -> dict[str, Any]:
    shares = {f"{k}_share": _share(counts, k, of) for of in (TYPES, SPHERES) for k in of}
    named = (*TYPES, "withheld", *SPHERES, "sphere_withheld")
    n = sum(counts[t] for t in (*TYPES, "withheld"))
    return {"month": month, "n": n, **{k: counts[k] for k in named}, **shares}


def _share(counts: Counter[str], kind: str, of: tuple[str, ...]) -> float | None:
    seen = sum(counts[k] for k in of)
    return counts[kind] / seen if seen else None
