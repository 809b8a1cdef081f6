"""What earlier runs in this home have already said: items opened, claims that stand, the last forecast of a place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.catalog.tripwires import Tripwire
from tocsin.catalog.tripwires.schema import ForecastParams
from tocsin.evidence.run_folder import folders, verify
from tocsin.tripwires.budget import Spent
from tocsin.tripwires.forecast import Held, hold, still_held
from tocsin.tripwires.series import Point


@dataclass(frozen=True)
class Earlier:
    """One earlier run, read from its folder."""

    folder: Path
    info: dict[str, Any]
    warnings: list[dict[str, Any]]

    @property
    def run_id(self) -> str:
        """Its id."""
        return str(self.info["run_id"])

    def has(self, name: str) -> bool:
        """Tell whether the run has a table: an earlier version of Tocsin wrote fewer."""
        return (self.folder / f"{name}.parquet").is_file()

    def table(self, name: str) -> pl.DataFrame:
        """Return one of its tables."""
        return pl.read_parquet(self.folder / f"{name}.parquet")


def earlier(runs: Path, as_of: date, *, hindsight: bool = False) -> list[Earlier]:
    """Return the runs as of this day or before, oldest first, each checked. Raises Damaged when one is not whole.

    Runs in which later figures stood in for what was not known then are left out, but for another such run.
    """
    found = []
    for folder in folders(runs):
        if folder.name[:10] > as_of.isoformat():
            continue
        verify(folder)
        info = json.loads((folder / "run.json").read_bytes())
        if info.get("hindsight") and not hindsight:
            continue
        found.append(Earlier(folder, info, json.loads((folder / "warnings.json").read_bytes())["warnings"]))
    return sorted(found, key=lambda r: (r.info["as_of"], r.info["sequence"]))


def is_look_back(runs: Path, as_of: date) -> bool:
    """Tell whether there is a run of a later day already: the docket asks nobody anything because of such a run."""
    return any(folder.name[:10] > as_of.isoformat() for folder in folders(runs))


def _asking(runs: list[Earlier]) -> list[Earlier]:
    """Return the runs whose warnings reached the docket: what a look back said was said to nobody."""
    return [run for run in runs if not run.info.get("look_back")]


def spent(runs: list[Earlier]) -> list[Spent]:
    """Return the items earlier runs opened under the alert budget."""
    return [
        Spent(s["tripwire_id"], s["place_id"], date.fromisoformat(run.info["as_of"]))
        for run in _asking(runs)
        for s in run.info["budget"]["spent"]
    ]


def warned(runs: list[Earlier]) -> set[str]:
    """Return the ids of all warnings already given: the same figures never warn twice."""
    return {w["warning_id"] for run in _asking(runs) for w in run.warnings}


def held(tripwire: Tripwire, threshold: float, runs: list[Earlier]) -> dict[str, Held]:
    """Return the claims of a forecast tripwire that stand after the earlier runs, by place.

    A firing that the budget cut off made no claim: it is free to fire again when there is room.
    """
    params = tripwire.params
    assert isinstance(params, ForecastParams)
    claims: dict[str, Held] = {}
    for run in _asking(runs):
        fired = {w["place_id"] for w in run.warnings if w["tripwire_id"] == tripwire.id and w["kind"] == "forecast"}
        for point in points(run.table("forecasts"), run.table("coverage"), params):
            if not still_held(params, claims.get(point.place_id), point):
                claims.pop(point.place_id, None)
            if point.place_id in fired and point.p is not None:
                claims[point.place_id] = hold(params, point, threshold)
    return claims


def points(forecasts: pl.DataFrame, coverage: pl.DataFrame, params: ForecastParams) -> list[Point]:
    """Return the forecasts of one run that a tripwire reads, as points with state, interval, rank and last forecast."""
    of_target = forecasts.filter(pl.col("target") == params.target)
    mine = of_target.filter(pl.col("model_id") == params.model_id)
    if mine.is_empty():
        return []
    values: dict[str, dict[str, float]] = {}
    for place, kind, value in mine.select("place_id", "output_type_id", "value").iter_rows():
        values.setdefault(place, {})[kind] = value
    last = of_target.filter((pl.col("model_id") == "last_forecast") & (pl.col("output_type_id") == "yes"))
    previous = dict(last.select("place_id", "value").iter_rows())
    states = dict(coverage.select("place_id", "state").iter_rows())
    base_year = int(mine["origin"][0])
    ranked = sorted(values, key=lambda place: (-values[place].get("yes", -1.0), place))
    return [
        Point(
            place_id=place,
            base_year=base_year,
            p=values[place].get("yes"),
            state=states.get(place, "not assessed"),
            previous=previous.get(place),
            low=values[place].get("0.05"),
            high=values[place].get("0.95"),
            rank=rank,
            of=len(ranked),
        )
        for rank, place in enumerate(ranked, 1)
    ]
