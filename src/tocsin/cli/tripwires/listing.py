"""``tocsin tripwires list``: every rule, how it is armed, and how it did."""

from __future__ import annotations

from typing import Any

from tocsin.cli.output import context, emit
from tocsin.cli.tripwires.words import FIGURES, figures


def listing() -> None:
    """List the tripwires: level, who is told, threshold, budget, how each is armed and how it did."""
    from tocsin.catalog.tripwires import all_tripwires
    from tocsin.evidence import armed

    ctx = context()
    rows = []
    for tripwire in all_tripwires().values():
        how = armed.state(ctx, tripwire)
        tested = (how or {}).get("backtest") or {}
        rows.append(
            {
                "id": tripwire.id,
                "version": tripwire.version,
                "title": tripwire.title,
                "why": tripwire.why,
                "kind": tripwire.kind,
                "level": tripwire.level,
                "told": list(tripwire.told),
                "clocks": list(tripwire.clocks),
                "items_per_year": tripwire.alert_budget.items_per_year,
                "costs": tripwire.costs.model_dump(),
                "readiness_days": tripwire.readiness_days,
                "action_days": tripwire.action_days,
                "reads": list(tripwire.reads),
                "frozen": tripwire.frozen,
                "armed": how is not None,
                "how": how["how"] if how else None,
                "by": how["by"] if how else None,
                "at": how["at"] if how else None,
                "threshold": how["threshold"] if how else None,
                "chosen_by": tested.get("chosen_by"),
                "backtest": {k: tested.get(k) for k in FIGURES} if tested else None,
            }
        )
    emit({"tripwires": rows}, lambda: "\n".join(_line(r) for r in rows))


def _line(row: dict[str, Any]) -> str:
    budget = f"{row['items_per_year']:g} items a year" if row["items_per_year"] else "outside the alert budget"
    head = f"{row['id']} v{row['version']} ({row['kind']}, {row['level']}): {row['title']}."
    head += f" Told: {', '.join(row['told'])}; {budget}."
    if not row["armed"]:
        return f"{head}\n    NOT ARMED: tocsin tripwires arm {row['id']}"
    mark = f", threshold {row['threshold']:g}" if row["threshold"] is not None else ""
    by = f" by {row['by']} on {row['at']}" if row["by"] else ""
    text = f"{head}\n    {row['how']}{by}{mark}."
    tested = row["backtest"]
    return f"{text} {figures(tested)}" if tested and tested["years"] is not None else text
