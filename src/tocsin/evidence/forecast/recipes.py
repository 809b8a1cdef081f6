"""What the model cards say, turned into settings the learners take and columns of a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.evidence.forecast.design import Design, from_panel
from tocsin.evidence.forecast.models import onset_v1


def onset_design(panel: pl.DataFrame, groups: Mapping[str, str], columns: list[str]) -> tuple[Design, list[str]]:
    """Return the design of ``onset_v1`` on a panel, and the columns the card names that the panel lacks.

    A lacking column becomes one long hole, is left out of the fit, and is reported as a degradation.
    """
    lacking = [c for c in columns if c not in panel.columns]
    whole = panel.with_columns([pl.lit(None, dtype=pl.Float64).alias(c) for c in lacking])
    return from_panel(whole, columns, [groups.get(c, "other") for c in columns]), lacking


def recipe(columns: Sequence[str], scale_trees: float = 1.0) -> onset_v1.Recipe:
    """Return the recipe as the model card of ``onset_v1`` states it, its rules for holes put on these columns.

    A rule for a column that is not there (a rival's panel) falls away.
    """
    settings = card("onset_v1").settings
    at = {name: i for i, name in enumerate(columns)}
    stand_ins = tuple((at[a], at[b]) for a, b in settings["stand_ins"].items() if a in at and b in at)
    return onset_v1.Recipe(
        **{name: dict(settings[name]) for name in onset_v1.LEARNERS},
        scale_trees=scale_trees,
        stand_ins=stand_ins,
        unflagged=tuple(at[c] for c in settings["unflagged"] if c in at),
    )


def zsum_parts() -> tuple[list[str], np.ndarray]:
    """Return the four columns of ``zsum4`` on our panel and the sign of each, as its card states them."""
    settings = card("zsum4").settings
    return list(settings["columns"]), np.array(settings["signs"], dtype=float)
