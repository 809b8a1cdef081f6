"""Small submissions for tests: a table of rows and the words of its makers, written as a modeller would write them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.core.clock import FixedClock, SystemClock
from tocsin.core.context import Context
from tocsin.evidence.hub.submit import Outcome, submit

ONSET, DEATHS = "mass_killing_onset", "state_based_deaths"
SAYS = {
    "team": "Example Office", "team_abbr": "example", "model": "A constant", "model_abbr": "constant",
    "method": "The same number for every place, for a test.", "licence": "CC0", "contact": "Example Office",
    "data_until": "2025-12-31",
}  # fmt: skip


def last_year() -> str:
    """Return the year before the machine's: an origin that has ended and whose window is open, whenever this runs."""
    return str(SystemClock().now().year - 1)


def at(ctx: Context, moment: str) -> Context:
    """Return the same home at another moment."""
    return replace(ctx, clock=FixedClock(datetime.fromisoformat(moment).replace(tzinfo=UTC)))


def row(place: str = "SDN", value: object = 0.1, **change: object) -> dict[str, object]:
    """One row of a hubverse file: a probability of onset from the end of 2025."""
    said = {
        "origin": "2025", "target": ONSET, "place_id": place, "horizon": 2,
        "output_type": "pmf", "output_type_id": "yes", "value": value,
    }  # fmt: skip
    return {**said, **change}


def deaths(place: str, level: object, value: object, **change: object) -> dict[str, object]:
    """One quantile of a count."""
    said = {"target": DEATHS, "horizon": 12, "output_type": "quantile", "output_type_id": level}
    return row(place, value, **{**said, **change})


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows as CSV."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, list(listed[0]))
        table.writeheader()
        table.writerows(listed)
    return path


def says(path: Path, **change: Any) -> Path:
    """Write the metadata; what is None is left out."""
    told = {**SAYS, **change}
    path.write_text("".join(f"{k}: {v}\n" for k, v in told.items() if v is not None), encoding="utf-8")
    return path


def hand_in(
    ctx: Context, folder: Path, rows: Iterable[Mapping[str, object]], shape: str = "hubverse", **metadata: Any
) -> Outcome:
    """Hand rows in as a file, with these metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    file = write(folder / "forecast.csv", rows)
    return submit(ctx, file, says(folder / "about.yml", **metadata), shape)


def broken(outcome: Outcome) -> set[tuple[object, object, object]]:
    """Return rule, row and column of everything that refuses."""
    return {(i["rule"], i["row"], i["column"]) for i in outcome.issues if i["weight"] in ("row", "file")}
