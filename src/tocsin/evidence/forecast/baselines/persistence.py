"""Persistence: what was seen lately goes on. One logit on the deaths of as many months back as are asked ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True)
class Fitted:
    """The line after a fit; ``rate`` alone where the training rows hold one class only."""

    rate: float
    line: LogisticRegression | None

    def predict(self, past: np.ndarray) -> np.ndarray:
        """Return probabilities (n,) from log(1 + deaths) of the window behind; where it is not known, the rate."""
        p = np.full(len(past), self.rate)
        known = ~np.isnan(past)
        if self.line is not None and known.any():
            p[known] = self.line.predict_proba(past[known, None])[:, 1]
        return p


def fit(past: np.ndarray, label: np.ndarray) -> Fitted:
    """Fit on training rows: ``past`` is log(1 + deaths) in the window that ended with the origin (NaN: not known)."""
    known = ~np.isnan(past)
    rate = float(label.mean()) if len(label) else float("nan")
    if len(np.unique(label[known])) < 2:
        return Fitted(rate, None)
    return Fitted(rate, LogisticRegression(C=1e4, max_iter=500).fit(past[known, None], label[known]))
