"""The monthly layer in a run: rows for the year after the base year, or one sentence why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.core.errors import Refused
from tocsin.core.months import month_index, month_text
from tocsin.evidence.forecast import hub, intervals, record
from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.models import onset_monthly_v1 as layer
from tocsin.evidence.forecast.monthly import columns, rolling, rows
from tocsin.evidence.series import LAG_MONTHS, months_seen
from tocsin.evidence.store.tables import Tables

TARGET, YEARLY_TARGET, YEARLY = "mass_killing_onset_this_year", "mass_killing_onset", "onset_v1"
DRAWS = 60
KIND = (
    "90% interval of the forecast probability: redraws of training countries (60 draws) "
    "and the yearly forecast's own interval, normal in log-odds"
)


@dataclass(frozen=True)
class Refreshed:
    """What the layer says: hub rows (none: empty), what is degraded, what run.json tells of it, and its card."""

    table: pl.DataFrame
    degraded: list[str]
    about: dict[str, Any]

    @property
    def kinds(self) -> dict[str, str]:
        """What kind of interval the rows have, by target."""
        return {} if self.table.is_empty() else {TARGET: KIND}

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The card of the layer, as run.json lists models; none where it says nothing."""
        if self.table.is_empty():
            return []
        mine = card(rolling.MODEL)
        return [{"id": mine.id, "version": mine.version, "title": mine.title, "ref": mine.ref}]


def refresh(panel: pl.DataFrame, tables: Tables, yearly: pl.DataFrame, ctx: Context, day: date) -> Refreshed:
    """Move the yearly forecasts of the newest base year by the months that may be used on a day.

    ``yearly`` is the hub table with ``onset_v1``. Where months that are needed were not counted there is no number, for
    nobody where nobody counted, and a sentence says which months. Equal inputs give equal rows.
    """
    base = int(panel["year"].max())  # type: ignore[arg-type]
    seen = months_seen(base + 1, day)
    last = int(columns.last_month(np.array([base + 1]), seen)[0])
    about: dict[str, Any] = {"year": base + 1, "months_to": month_text(last), "notes": _after(base + 1, tables, day)}
    made, kept = rolling.settings(), record.read()
    if kept is None:
        return _none("no rolling record of the yearly forecast is bundled", about)
    if base + 1 < made.first_forecast:
        return _none(f"before {made.first_forecast} too few years teach it", about)
    figures = columns.deaths(tables.country_month)
    mine = _rows(panel, yearly, base)
    x = columns.build(mine, figures, seen, made.windows)
    whole = ~np.isnan(x).any(axis=1)
    if not whole.any():
        return _none(_gap(tables, last, seen, made), about)
    past = rows.build(rows.of_record(kept.history.filter(pl.col("base_year") < base)), panel)
    past_x = columns.build(past, figures, seen, made.windows)
    learn = rolling.training(past, past_x, base + 1, made.first_year)
    ctx.progress(f"{rolling.MODEL}: {base + 1}, months to {month_text(last)}")
    taught, asked = (past.keep(learn), past_x[learn]), (mine.keep(whole), x[whole])
    try:
        p, low, high = _forecast(taught, asked, _spread(yearly, mine)[whole], ctx)
    except Refused as error:
        return _none(error.what, about)
    about |= {
        "months_used": seen - LAG_MONTHS,
        "base_rate": float(past.label[learn].mean()),
        "training_rows": int(learn.sum()),
        "training_onsets": int(past.label[learn].sum()),
        "model": card(rolling.MODEL).ref,
        "provisional": _provisional(tables, last, made.windows.width(seen)),
    }
    about["notes"] += _past(tables, last - made.windows.width(seen), made)
    left = mine.place[~whole].tolist()
    if left:
        about["notes"].append(f"Not refreshed, because months of their own are not known: {', '.join(left)}")
    table = hub.rows(rolling.MODEL, month_text(last), TARGET, mine.place[whole], p, low=low, high=high)
    return Refreshed(table, [], about)


def _rows(panel: pl.DataFrame, yearly: pl.DataFrame, base: int) -> rows.Rows:
    """Return the rows to forecast: every place with a yearly forecast from the newest base year."""
    said = yearly.filter((pl.col("model_id") == YEARLY) & (pl.col("output_type") == "pmf"))
    return rows.build({(p, base): v for p, v in said.select("place_id", "value").iter_rows()}, panel)


def _spread(yearly: pl.DataFrame, mine: rows.Rows) -> np.ndarray:
    """Return the standard deviation in log-odds (n,) that the yearly forecast's own 90% interval stands for."""
    edges = yearly.filter((pl.col("model_id") == YEARLY) & (pl.col("output_type") == "quantile"))
    value = {(p, edge): v for p, edge, v in edges.select("place_id", "output_type_id", "value").iter_rows()}
    low, high = (np.array([value[p, edge] for p in mine.place]) for edge in ("0.05", "0.95"))
    return (logit(high) - logit(low)) / (2 * intervals.Z90)


def _forecast(
    past: tuple[rows.Rows, np.ndarray], mine: tuple[rows.Rows, np.ndarray], spread: np.ndarray, ctx: Context
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities and their 90% interval: redraws of training countries, and the yearly forecast's own."""
    ridge = rolling.settings().ridge

    def learn(joined: np.ndarray, label: np.ndarray, _: int) -> Any:
        fitted = layer.fit(joined[:, 0], joined[:, 1:], label, ridge)
        return lambda target: fitted.predict(target[:, 0], target[:, 1:])

    taught, asked = (np.column_stack([r.yearly, x]) for r, x in (past, mine))
    known = past[0]
    # No forecast of the house is below one in ten thousand, and an interval is made from there.
    p = expit(logit(learn(taught, known.label, 0)(asked)))
    seed = ctx.seed_for(rolling.MODEL, int(mine[0].year[0]))
    drawn = intervals.by_countries(learn, known.place, taught, known.label, asked, seed=seed, draws=DRAWS)
    low, high = intervals.Spread(drawn.std(axis=0, ddof=1), spread).interval(p)
    return p, low, high


def _none(why: str, about: dict[str, Any]) -> Refreshed:
    """Return that nobody is refreshed, and why."""
    said = f"{rolling.MODEL} gives no number for {about['year']}: {why}"
    return Refreshed(pl.DataFrame(schema=hub.SCHEMA), [said], {**about, "months_to": None, "why_none": said})


def _gap(tables: Tables, last: int, seen: int, made: rolling.Settings) -> str:
    """Return in words which months are lacking."""
    needed = [month_text(m) for m in range(last - max(columns.YEAR_MONTHS, made.windows.width(seen)) + 1, last + 1)]
    counted = set(tables.covered_months())
    lacking = [m for m in needed if m not in counted]
    if lacking:
        return (
            f"deaths by month are needed from {needed[0]} to {needed[-1]} and nobody counted {_listed(lacking)}; "
            "a month that is missing is not zero"
        )
    return f"fewer than {made.windows.fewest_past} months before {needed[0]} are counted: no rise can be told"


def _after(year: int, tables: Tables, day: date) -> list[str]:
    """Return why no later year is refreshed; nothing while the year after the base year is still running."""
    if day.year <= year:
        return []
    known = [m for m in tables.covered_months() if m > f"{year}-12"]
    have = f"deaths are counted for {_listed(known)} alone" if known else "no month of it is counted"
    return [f"{day.year} is not refreshed: no yearly figures of {year} are in force to start from, and {have}"]


def _listed(months: list[str]) -> str:
    """Return months in words, runs of them by first and last."""
    runs: list[list[int]] = []
    for month in map(month_index, months):
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return " and ".join(month_text(r[0]) + (f" to {month_text(r[-1])}" if len(r) > 1 else "") for r in runs)


def _past(tables: Tables, before: int, made: rolling.Settings) -> list[str]:
    """Return that the past against which a rise is told has holes; nothing when it has none."""
    counted = set(tables.covered_months())
    wanted = [month_text(m) for m in range(before - made.windows.past + 1, before + 1)]
    lacking = [m for m in wanted if m not in counted]
    if not lacking:
        return []
    known = len(wanted) - len(lacking)
    return [f"A rise is told against {known} of {len(wanted)} months before; nobody counted {_listed(lacking)}"]


def _provisional(tables: Tables, last: int, width: int) -> bool:
    """Tell whether a recent month comes from a release that is revised later."""
    months = [month_text(m) for m in range(last - width + 1, last + 1)]
    return bool(tables.country_month.filter(pl.col("month").is_in(months))["provisional"].any())
