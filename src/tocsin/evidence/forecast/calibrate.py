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
    tried = _trials(closed, gap)
    if tried is None:
        return Shift("none", 0.0, {})
    y, _, p = tried
    losses = {kind: log_loss(y, p[kind]) for kind in KINDS}
    best = min(KINDS, key=lambda kind: (round(losses[kind], 6), KINDS.index(kind)))
    return Shift(best, shift_of(best, closed.p, closed.label), losses)


def choose_total(history: History, base: int, gap: int = HORIZON_YEARS) -> Shift:
    """Return the calibration for a base year as ``choose`` does, but let the total decide between equals.

    Where the log loss of another candidate is not worse than the lowest by more than one standard error of their
    difference (over base years), the past cannot tell them apart; among those the one is taken whose past forecasts
    add up best: the sum of probabilities nearest to the number of cases, as a ratio.
    """
    closed = history.until(base, gap)
    tried = _trials(closed, gap)
    if tried is None:
        return Shift("none", 0.0, {})
    y, year, p = tried
    yearly = {k: np.array([log_loss(y[year == b], p[k][year == b]) for b in np.unique(year)]) for k in KINDS}
    losses = {kind: log_loss(y, p[kind]) for kind in KINDS}
    best = min(KINDS, key=lambda kind: (round(losses[kind], 6), KINDS.index(kind)))

    def equal(kind: str) -> bool:
        worse = yearly[kind] - yearly[best]
        return bool(worse.mean() <= worse.std(ddof=1) / np.sqrt(len(worse)))

    def off(kind: str) -> float:
        return abs(float(np.log((p[kind].sum() + 1e-9) / (y.sum() + 1e-9))))

    taken = min((k for k in KINDS if equal(k)), key=lambda k: (round(off(k), 6), KINDS.index(k)))
    return Shift(taken, shift_of(taken, closed.p, closed.label), losses)


def _trials(closed: History, gap: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]] | None:
    """Return labels, base years and each candidate's forecasts of every closed base year with others before it.

    None for fewer than ``MIN_FOLDS`` such years.
    """
    trials: dict[str, list[np.ndarray]] = {kind: [] for kind in KINDS}
    labels: list[np.ndarray] = []
    years: list[np.ndarray] = []
    for year in np.unique(closed.base):
        before = closed.until(int(year), gap)
        if not len(before.p):
            continue
        rows = closed.base == year
        labels.append(closed.label[rows])
        years.append(closed.base[rows])
        for kind in KINDS:
            shift = shift_of(kind, before.p, before.label)
            trials[kind].append(Shift(kind, shift, {}).apply(closed.p[rows]))
    if len(labels) < MIN_FOLDS:
        return None
    return np.concatenate(labels), np.concatenate(years), {k: np.concatenate(v) for k, v in trials.items()}
