"""One file a model of mass-killing onset; each stays as it was when it was published, the next stands beside it."""

from __future__ import annotations

import numpy as np

from tocsin.evidence.forecast.models import onset_v1, onset_v2

Recipe = onset_v1.Recipe | onset_v2.Recipe
Fitted = onset_v1.Fitted | onset_v2.Fitted


def fit(x: np.ndarray, label: np.ndarray, recipe: Recipe, seed: int) -> Fitted:
    """Fit the model that a recipe is of, on training rows ``x`` (n, k) and labels (n,)."""
    if isinstance(recipe, onset_v1.Recipe):
        return onset_v1.fit(x, label, recipe, seed)
    return onset_v2.fit(x, label, recipe, seed)
