"""What would change this: the model asked again with one thing changed, everything else as it is.

A change is plausible when the place itself was there within ten years, or the place in the middle of the year's list is
there now; "no coup in five years" is the one that needs no example. Indicators that come from one fact move together
(battle deaths, their change and their mean). What nobody can change is not asked: the past of mass killing, the region,
the number of people. The answer is the model's: ``the model would say``. A driver is not a cause, and neither is this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tocsin.evidence.forecast.combine import expit
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.drivers import ask, middle
from tocsin.evidence.forecast.why import Named, plain

SCHEMA = {
    "target": pl.String,
    "model_id": pl.String,
    "place_id": pl.String,
    "change": pl.String,
    "kind": pl.String,
    "indicator": pl.String,
    "p_now": pl.Float64,
    "p": pl.Float64,
}
YEARS = 10
MOST = 6
NOTICEABLE = 0.02
"""Log-odds below which a change is not worth telling (2% of the odds)."""

NOT_ASKED = ("mass_killing_history", "region")
NOT_ASKED_TAGS = ("SP.POP.TOTL",)
COUPS, QUIET_YEARS = "facts_coups", 5


@dataclass(frozen=True)
class Family:
    """Columns that come from one fact and change together: their numbers in the design, the first speaks for them."""

    id: str
    label: str
    at: tuple[int, ...]


@dataclass(frozen=True)
class Change:
    """One place's row with one family changed: whose row, in what words, to which values."""

    row: int
    family: Family
    kind: str
    said: str
    values: np.ndarray


def families(design_columns: Sequence[str], declared: Sequence[Any], groups: Mapping[str, str]) -> list[Family]:
    """Return the families that may be asked about. Conflict is one; coups are one; else one an indicator."""
    found: dict[str, list[Any]] = {}
    for c in declared:
        if c.id not in design_columns or c.group in NOT_ASKED or c.tag in NOT_ASKED_TAGS:
            continue
        key = c.group if c.group == "conflict" else c.source_id if c.source_id == COUPS else c.tag
        found.setdefault(key, []).append(c)
    at = {name: i for i, name in enumerate(design_columns)}
    return [
        Family(
            key,
            groups.get(key, "") if key == "conflict" else "Coups and attempts" if key == COUPS else members[0].label,
            tuple(at[m.id] for m in members),
        )
        for key, members in found.items()
    ]


def ask_all(  # noqa: PLR0917 - one call site
    target: str,
    model_id: str,
    rows: Design,
    design: Design,
    log_odds: Callable[[np.ndarray], np.ndarray],
    asked: Sequence[Family],
    labels: Mapping[str, Named],
) -> pl.DataFrame:
    """Return up to six changes a place that move the forecast most, with what the model would say.

    ``rows`` are the forecast rows of the newest base year of ``design``; ``log_odds`` is the model, calibrated.
    """
    z = log_odds(rows.x)
    reference = rows.x[middle(z)[0]]
    changes = [c for family in asked for c in _changes(family, rows, design, reference, labels)]
    if not changes:
        return pl.DataFrame(schema=SCHEMA)
    x = np.repeat(rows.x[[c.row for c in changes]], 1, axis=0)
    for i, c in enumerate(changes):
        x[i, list(c.family.at)] = c.values
    then = ask(log_odds, x)
    out = []
    for row, place in enumerate(rows.place):
        mine = [i for i, c in enumerate(changes) if c.row == row and abs(then[i] - z[row]) >= NOTICEABLE]
        told: dict[tuple[str, bool], int] = {}
        for i in sorted(mine, key=lambda i: (-abs(then[i] - z[row]), changes[i].said)):
            # One change of a family each way: its lowest year and the median place often say the same.
            told.setdefault((changes[i].family.id, bool(then[i] > z[row])), i)
        for i in list(told.values())[:MOST]:
            c = changes[i]
            head = rows.columns[c.family.at[0]]
            p_now, p = float(expit(z[row])), float(expit(then[i]))
            out.append((target, model_id, str(place), c.said, c.kind, head, p_now, p))
    return pl.DataFrame(out, schema=SCHEMA, orient="row")


def _changes(
    family: Family, rows: Design, design: Design, reference: np.ndarray, labels: Mapping[str, Named]
) -> list[Change]:
    """Return the changes of one family, for every place."""
    at, head = list(family.at), family.at[0]
    label, undo, _ = labels.get(rows.columns[head], (rows.columns[head], float, ""))
    base = int(rows.year[0])
    recent = design.rows((design.year > base - YEARS) & (design.year < base))
    past: dict[str, list[int]] = {}
    for i in np.flatnonzero(~np.isnan(recent.x[:, at]).any(axis=1)):
        past.setdefault(str(recent.place[i]), []).append(int(i))
    found = []
    for row, place in enumerate(rows.place):
        now = rows.x[row, at]
        if np.isnan(now[0]):
            continue
        here = f"now {plain(undo(now[0]))}"
        name = "" if label == family.label else f"{label[:1].lower()}{label[1:]} "
        options: list[tuple[str, str, np.ndarray]] = []
        years = past.get(str(place), [])
        if years:
            for kind, pick in (("lowest", min), ("highest", max)):
                i = pick(years, key=lambda i: (recent.x[i, head], recent.year[i]))
                then = f"{name}{plain(undo(recent.x[i, head]))}, {here}"
                said = f"{family.label} as in {recent.year[i]}, its {kind} in ten years ({then})"
                options.append((kind, said, recent.x[i, at]))
        if family.id == COUPS:
            if now[0] > 0:
                quiet = np.array([0.0, np.log2(1 + QUIET_YEARS)])[: len(at)]
                options = [("none", f"No coup or attempt in five years ({name}0, {here})", quiet)]
        elif not np.isnan(reference[at]).any():
            then = f"{name}{plain(undo(reference[head]))}, {here}"
            options.append(("median", f"{family.label} as at the median place ({then})", reference[at]))
        found += [
            Change(row, family, kind, said, values) for kind, said, values in options if abs(values[0] - now[0]) > 1e-9
        ]
    return found
