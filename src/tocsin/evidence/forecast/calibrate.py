"""Calibration inside the training years: at most one shift of the log-odds, kept only where it has helped before.

Three candidates: ``none``; ``oe`` (shrunk cumulative observed over expected: the log of (observed + k) / (expected +
k)); ``intercept`` (the shift that maximises likelihood). All three leave ranks as they are, so a calibration never
moves a place past another. Nothing with more freedom is offered: there are too few onsets to pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.evidence.forecast.combine import expit, logit
from tocsin.evidence.forecast.design import HORIZON_YEARS
from tocsin.evidence.forecast.score.probability import log_loss

KINDS = ("none", "oe", "intercept")
SHRINK = 10.0
MIN_FOLDS = 8


@dataclass(frozen=True)
class History:
    """Rolling forecasts before calibration: base year, probability, label (NaN unknown)."""

    base: np.ndarray
    p: np.ndarray
    label: np.ndarray

    def until(self, base: int, gap: int = HORIZON_YEARS) -> History:
        """Return the part with labels closed by the end of a base year (``gap``: years a label needs)."""
        keep = (self.base <= base - gap) & ~np.isnan(self.label)
        return History(self.base[keep], self.p[keep], self.label[keep])


@dataclass(frozen=True)
class Shift:
    """The calibration in force: ``kind``, the shift of the log-odds, and the earlier log loss of each candidate."""

    kind: str
    log_odds: float
    trials: dict[str, float]

    def apply(self, p: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities."""
        return np.asarray(p, dtype=float) if self.kind == "none" else expit(logit(p) + self.log_odds)


def shift_of(kind: str, p: np.ndarray, label: np.ndarray) -> float:
    """Return the log-odds shift one candidate learns from closed forecasts."""
    if kind == "none" or not len(p):
        return 0.0
    if kind == "oe":
        return float(np.log((label.sum() + SHRINK) / (p.sum() + SHRINK)))
    if kind == "intercept":
        return _intercept(logit(p), label)
    raise ValueError(kind)


def _intercept(z: np.ndarray, label: np.ndarray, steps: int = 50) -> float:
    """Return the shift d that maximises the likelihood of ``label`` under expit(z + d), by Newton's method."""
    if label.sum() in (0, len(label)):
        return 0.0
    d = 0.0
    for _ in range(steps):
        p = expit(z + d)
        step = (label - p).sum() / max((p * (1 - p)).sum(), 1e-9)
        d += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-10:
            break
    return d


def choose(history: History, base: int, gap: int = HORIZON_YEARS) -> Shift:
    """Return the calibration for a base year, chosen and fitted on forecasts whose windows had closed by then.

    Each earlier base year is calibrated in turn by each candidate, learnt from what was closed at that time, and
    the candidate with the lowest log loss over all of them is taken; fewer than 8 such years choose ``none``.
    """
    closed = history.until(base, gap)
    years = np.unique(closed.base)
    trials: dict[str, list[np.ndarray]] = {kind: [] for kind in KINDS}
    labels: list[np.ndarray] = []
    for year in years:
        before = closed.until(int(year), gap)
        if not len(before.p):
            continue
        rows = closed.base == year
        labels.append(closed.label[rows])
        for kind in KINDS:
            shift = shift_of(kind, before.p, before.label)
            trials[kind].append(Shift(kind, shift, {}).apply(closed.p[rows]))
    if len(labels) < MIN_FOLDS:
        return Shift("none", 0.0, {})
    y = np.concatenate(labels)
    losses = {kind: log_loss(y, np.concatenate(parts)) for kind, parts in trials.items()}
    best = min(KINDS, key=lambda kind: (round(losses[kind], 6), KINDS.index(kind)))
    return Shift(best, shift_of(best, closed.p, closed.label), losses)
