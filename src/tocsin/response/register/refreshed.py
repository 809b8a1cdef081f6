"""The yearly forecast refreshed by month, as a run tells it of one place: figure, interval, months, or why not.

One wording for page, command line and JSON. The figure is of one year and the yearly one of two: they stand beside
each other and are neither compared nor added.
"""

from __future__ import annotations

from typing import Any

from tocsin.core.numbers import one_in, percent, risk, times_base
from tocsin.response.register.runs import Row, Run

TARGET, MODEL = "mass_killing_onset_this_year", "onset_monthly_v1"


def of(run: Run, place_id: str) -> Row | None:
    """Return what the run says by month of a place; None when the run knows no such forecast (made before there was).

    ``p`` is None where the place was not refreshed; ``why_none`` says why nobody was.
    """
    about: dict[str, Any] | None = (run.info.get("about") or {}).get("monthly")
    if not about:
        return None
    values = {
        r["output_type_id"]: r["value"]
        for r in run.query("forecasts", "model_id = ? AND target = ? AND place_id = ?", [MODEL, TARGET, place_id])
    }
    p, low, high = (values.get(key) for key in ("yes", "0.05", "0.95"))
    above = [r["value"] for r in run.query("forecasts", "model_id = ? AND output_type_id = 'yes'", [MODEL])]
    return {
        "year": about["year"],
        "year_over": int(str(run.info["as_of"])[:4]) > about["year"],
        "months_to": about["months_to"],
        "provisional": bool(about.get("provisional")),
        "p": p,
        "low": low,
        "high": high,
        "level": run.info["interval"]["level"],
        "base_rate": about.get("base_rate"),
        "rank": None if p is None else sum(v > p for v in above) + 1,
        "of": len(above),
        "why_none": about.get("why_none"),
        "notes": list(about.get("notes") or []),
    }


def words(said: Row, *, further: bool) -> str:
    """Return the refreshed forecast of a place in sentences; ``further``: a mass killing is under way there."""
    if said["p"] is None:
        return f"{said['why_none'] or 'Not refreshed by month: months of this place are not known'}."
    what = "a further, separate mass killing" if further else "a mass killing"
    when = f"began in {said['year']}" if said["year_over"] else f"begins in {said['year']}"
    counts = " (provisional counts)" if said["provisional"] else ""
    return (
        f"Refreshed with months to {said['months_to']}{counts}: that {what} {when}: {risk(said['p'])}, "
        f"{one_in(said['low'])} to {one_in(said['high'])} ({percent(said['level'])} interval); "
        f"{times_base(said['p'], said['base_rate'])} the base rate of {percent(said['base_rate'])}, "
        f"rank {said['rank']} of {said['of']}. It is of that one year; the yearly figure is of two."
    )
