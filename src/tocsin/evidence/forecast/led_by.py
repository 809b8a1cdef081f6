"""Who would lead: the chance of an onset taken apart into led by the state, led by others, or both within the window.

One model says how likely an onset is (``either``); this one says, given an onset, which of three things it is: state
only, others only, both. State-led is then either x (state only + both), and so on: coherent by construction, as either
is never below one of its parts and never above their sum. Killings led by others are known from 1989 on only, so there
are a few dozen onsets to learn the kinds from: a strongly regularised multinomial logit on four columns, with one
made-up onset of each kind at the average place, which keeps a kind that was not yet seen possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tocsin.core.errors import Refused
from tocsin.evidence.forecast.design import Design, from_panel
from tocsin.evidence.forecast.models.inputs import Inputs
from tocsin.evidence.forecast.rolling import forecast_rows
from tocsin.evidence.forecast.split import Origin

KINDS = ("state only", "others only", "both")
PARTS = ("state", "non_state")
FEWEST = 5
"""Known onsets below which nothing is said about who leads."""


@dataclass(frozen=True)
class Parts:
    """Labels of the two parts (n,), beside the rows of a design: 1, 0, or NaN where the window is not known."""

    state: np.ndarray
    non_state: np.ndarray

    def kind(self) -> np.ndarray:
        """Return 0, 1 or 2 as in ``KINDS``; -1 where there was no onset or one of the parts is not known."""
        known = ~np.isnan(self.state) & ~np.isnan(self.non_state)
        state, others = self.state == 1, self.non_state == 1
        return np.where(~known | ~(state | others), -1, np.where(state & others, 2, np.where(state, 0, 1)))


@dataclass(frozen=True)
class Split:
    """The three shares of an onset, fitted at a base year."""

    inputs: Inputs
    at: np.ndarray
    model: LogisticRegression

    def shares(self, x: np.ndarray) -> np.ndarray:
        """Return the share of each of ``KINDS`` (n, 3), for the columns the design has."""
        standard = self.inputs.standard(self.inputs.fill(x[:, self.at]))
        with threadpool_limits(limits=1):
            return np.asarray(self.model.predict_proba(standard))

    def parts(self, x: np.ndarray, either: np.ndarray) -> dict[str, np.ndarray]:
        """Return the chances of a state-led onset and of one led by others (n,), from the chance of either (n,)."""
        only_state, only_others, both = self.shares(x).T
        return {"state": either * (only_state + both), "non_state": either * (only_others + both)}


def fit(design: Design, parts: Parts, base: int, settings: Mapping[str, Any]) -> Split | None:
    """Fit on onsets whose windows had closed by a base year; None when fewer than ``FEWEST`` of known kind had."""
    kind = np.where(Origin(base).training(design), parts.kind(), -1)
    rows = np.flatnonzero(kind >= 0)
    return fit_rows(design, kind, rows, settings) if len(rows) >= FEWEST else None


def fit_rows(design: Design, kind: np.ndarray, rows: np.ndarray, settings: Mapping[str, Any]) -> Split:
    """Fit on these rows of a design (numbers, repeats allowed), each an onset of known kind."""
    at = np.array([design.columns.index(c) for c in _present(settings["columns"], design.columns)])
    inputs = Inputs.learn(design.x[rows][:, at])
    standard = inputs.standard(inputs.fill(design.x[rows][:, at]))
    made_up = np.zeros((len(KINDS), standard.shape[1]))
    model = LogisticRegression(C=settings["C"], max_iter=2000)
    with threadpool_limits(limits=1):
        model.fit(np.vstack([standard, made_up]), np.concatenate([kind[rows], np.arange(len(KINDS))]))
    return Split(inputs, at, model)


def _present(wanted: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the wanted columns that there are."""
    return [c for c in wanted if c in columns]


def labels(panel: pl.DataFrame) -> Parts:
    """Return the labels of both parts, in the row order of ``design.from_panel``."""
    state, others = (from_panel(panel, ["year"], ["year"], event=f"onset_{part}").label for part in PARTS)
    return Parts(state, others)


def history(design: Design, parts: Parts, table: pl.DataFrame, settings: Mapping[str, Any]) -> pl.DataFrame:
    """Return a calibrated rolling table with the chances of both parts and what came (``record.PARTS``).

    Each base year's split is learnt from what had closed by then; null where too little had.
    """
    out = []
    for (base,), said in table.sort("base_year", "place_id").group_by("base_year", maintain_order=True):
        rows = forecast_rows(design, int(base))  # type: ignore[call-overload]
        if rows.place.tolist() != said["place_id"].to_list():
            raise Refused(f"the forecasts of base year {base} are not of the rows of this panel")
        here = design.year == base
        split = fit(design, parts, int(base), settings)  # type: ignore[call-overload]
        found = split.parts(rows.x, said["p"].to_numpy()) if split else dict.fromkeys(PARTS, np.full(len(said), np.nan))
        came = {"label_state": parts.state[here], "label_non_state": parts.non_state[here]}
        columns = {f"p_{k}": v for k, v in found.items()} | came
        out.append(said.with_columns(**{k: pl.Series(v) for k, v in columns.items()}))
    return pl.concat(out).with_columns(pl.selectors.float().fill_nan(None))
