"""From one run's evidence to its warnings: evaluate every armed tripwire, then let the alert budget choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from tocsin.catalog.tripwires import Tripwire, all_tripwires
from tocsin.catalog.tripwires.schema import CollapseParams, EventParams, ForecastParams
from tocsin.core.clock import iso
from tocsin.core.context import Context
from tocsin.core.months import month_text
from tocsin.evidence import armed, history, series
from tocsin.evidence.store import Tables
from tocsin.tripwires import Firing, Unable, collapse, evaluate
from tocsin.tripwires.budget import share
from tocsin.tripwires.evaluate import cannot
from tocsin.tripwires.feed import Sign
from tocsin.tripwires.series import Months
from tocsin.tripwires.silence import of_models

CHOOSES = ("event_one_sided", "forecast_level_further", "forecast_level", "forecast_rise")
"""The order in which tripwires choose their items: what was seen before what is expected, under way first."""


@dataclass(frozen=True)
class Warned:
    """What a run warns of, what the budget cut off, and what it must confess."""

    warnings: list[dict[str, Any]]
    cut: list[dict[str, Any]]
    budget: dict[str, Any]
    degraded: list[str]
    tripwires: list[dict[str, Any]]


def warn(  # noqa: PLR0917 - one call site
    ctx: Context,
    tables: Tables,
    forecasts: pl.DataFrame,
    coverage: pl.DataFrame,
    runs: list[history.Earlier],
    at: datetime,
    stands: Sequence[Mapping[str, Any]] = (),
    signs: Sequence[Sign] = (),
) -> Warned:
    """Evaluate every tripwire as of ``at`` on one run's tables and the runs before it. Changes nothing.

    ``stands`` names the models that did not speak and whose last good forecast is read instead: that rings once.
    ``signs`` are the feeds as they stood at that moment.
    """
    tripwires = all_tripwires()
    states = dict(coverage.select("place_id", "state").iter_rows())
    firings: list[Firing] = []
    degraded: list[str] = []
    used = []
    for tripwire in tripwires.values():
        if not tripwire.looks_in_runs:  # rung, or evaluated where reports are read or offices asked
            if armed.state(ctx, tripwire) is None:
                degraded.append(f"Tripwire {tripwire.id} is not armed and does not look: {armed.why_not(tripwire)}")
            continue
        how = armed.state(ctx, tripwire)
        used.append({**armed.used(tripwire, how), "read_to": _read_to(tripwire, tables, forecasts)})
        if how is None:
            degraded.append(f"Tripwire {tripwire.id} is not armed and did not look: tocsin tripwires arm {tripwire.id}")
            continue
        if tripwire.kind == "promise":
            # What was sealed stands in the ledger: the other wing holds the runs against it.
            continue
        try:
            firings += _look(tripwire, how["threshold"], tables, forecasts, coverage, runs, at, signs)
        except Unable as cause:
            firings.append(cannot(tripwire, cause, at))
            degraded.append(f"Tripwire {tripwire.id} could not be evaluated: {cause.what}")
    silent = next((t for t in tripwires.values() if t.kind == "silence"), None)
    if silent and stands and armed.state(ctx, silent) is not None:
        firings += of_models(silent, stands)
    given = history.warned(runs)
    fresh = [replace(f, state=states.get(f.place_id or "")) for f in firings if f.warning_id not in given]
    budgets = {t: tripwires[t].alert_budget.items_per_year for t in choosing_order(tripwires)}
    passed, cut, spent = share(fresh, budgets, history.spent(runs), at.date())
    total = float(sum(n for n in budgets.values() if n))
    budget = {
        "items_per_year": int(total) if total.is_integer() else total,
        "spent": [{"tripwire_id": s.tripwire_id, "place_id": s.place_id} for s in spent],
        "cut": [{"tripwire_id": f.tripwire_id, "place_id": f.place_id, "value": f.value} for f in cut],
    }
    return Warned([said(f, at) for f in passed], [said(f, at) for f in cut], budget, degraded, used)


def quiet(ctx: Context, tables: Tables, runs: Sequence[history.Earlier] = ()) -> list[dict[str, Any]]:
    """Return the places whose reporting has collapsed and not come back, whether they ring now or rang before.

    Each has place_id, the month the tripwire fired on (``since``), the first month without the usual reports (``dark``)
    and the figures in words (``said``). What cannot be judged ends no silence: where the tripwire is not armed, the
    places of the last run stand.
    """
    found: dict[str, dict[str, Any]] = {}
    for tripwire in all_tripwires().values():
        if tripwire.kind != "collapse":
            continue
        how = armed.state(ctx, tripwire)
        if how is None:
            found |= {row["place_id"]: row for row in (runs[-1].info.get("quiet") or [] if runs else [])}
            continue
        counted = series.months(tables.country_month, collapse.params_of(tripwire).column)
        for one in collapse.lasting(tripwire, counted, how["threshold"]):
            first, place_id = one.first.month, one.first.place_id
            dark = month_text(first - len(one.first.now) + 1)
            since = {"place_id": place_id, "since": month_text(first), "dark": dark}
            found.setdefault(place_id, {**since, "said": collapse.said(one) + _not_back(one, counted)})
    return [found[place_id] for place_id in sorted(found)]


def _not_back(lull: collapse.Lull, counted: Months) -> str:
    """Return that reports did not come back after the last fall; empty while that is the newest month."""
    newest = counted.newest
    return f", and not back by {month_text(newest)}" if newest is not None and newest > lull.last.month else ""


def _read_to(tripwire: Tripwire, tables: Tables, forecasts: pl.DataFrame) -> str | None:
    """Return the newest data period a tripwire reads: a base year or a month; None for kinds that read no period."""
    params = tripwire.params
    if isinstance(params, ForecastParams):
        mine = forecasts.filter((pl.col("target") == params.target) & (pl.col("model_id") == params.model_id))
        return None if mine.is_empty() else str(mine["origin"].max())
    if isinstance(params, EventParams | CollapseParams):
        newest = tables.country_month.filter(pl.col(params.column).is_not_null())["month"].max()
        return None if newest is None else str(newest)
    return None


def choosing_order(tripwires: dict[str, Tripwire]) -> list[str]:
    """Return the ids of tripwires in the order in which they choose their items."""
    return sorted(tripwires, key=lambda t: (CHOOSES.index(t) if t in CHOOSES else len(CHOOSES), t))


def _look(  # noqa: PLR0917 - one call site
    tripwire: Tripwire,
    threshold: float | None,
    tables: Tables,
    forecasts: pl.DataFrame,
    coverage: pl.DataFrame,
    runs: list[history.Earlier],
    at: datetime,
    signs: Sequence[Sign],
) -> list[Firing]:
    """Return the firings of one tripwire."""
    looks: dict[str, Callable[[], list[Firing]]] = {
        "forecast": lambda: evaluate(
            tripwire,
            history.points(forecasts, coverage, tripwire.params),  # type: ignore[arg-type]
            at,
            threshold=threshold,
            held=history.held(tripwire, threshold or 0.0, runs),
        ),
        "event": lambda: evaluate(
            tripwire,
            series.months(tables.country_month, tripwire.params.column),  # type: ignore[union-attr]
            at,
            threshold=threshold,
        ),
        "collapse": lambda: evaluate(
            tripwire,
            series.months(tables.country_month, tripwire.params.column),  # type: ignore[union-attr]
            at,
            threshold=threshold,
            facts=series.facts(tables.mass_killings, tables.mass_killings_to, tables.release("facts_mass_killing")),
        ),
        # What is fetched is judged to the minute by its signs; what is loaded by hand, to the day.
        "silence": lambda: evaluate(
            tripwire, series.heartbeats(s for s in tables.sources if s.id not in {f.source_id for f in signs}), at
        ),
        "feed": lambda: evaluate(tripwire, signs, at),
    }
    return looks[tripwire.kind]()


def said(firing: Firing, at: datetime) -> dict[str, Any]:
    """Return a firing as a run folder and a pulse keep it."""
    return {
        "warning_id": firing.warning_id,
        "kind": firing.kind,
        "tripwire_id": firing.tripwire_id,
        "version": firing.version,
        "place_id": firing.place_id,
        "source_id": firing.source_id,
        "fired_at": iso(at),
        "as_of": at.date().isoformat(),
        "period": firing.period,
        "level": firing.level,
        "state": firing.state,
        "value": firing.value,
        "threshold": firing.threshold,
        "summary": firing.summary,
        "question": firing.question,
        "because": [asdict(b) for b in firing.because],
    }
