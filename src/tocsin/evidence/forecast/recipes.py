"""What the model cards say, turned into settings the learners take and columns of a panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from tocsin.catalog.models import card
from tocsin.evidence.forecast.calibrate import History, Shift, choose, choose_total
from tocsin.evidence.forecast.design import Design, from_panel
from tocsin.evidence.forecast.models import Recipe, onset_v1, onset_v2


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


def recipe_v2(columns: Sequence[str], scale_trees: float = 1.0) -> onset_v2.Recipe:
    """Return the recipe as the model card of ``onset_v2`` states it, put on these columns.

    The few columns its small learners read have other names on a rival's panel; the card gives both. Where one of them
    is absent under both names, the learners that need them are left out.
    """
    settings = card("onset_v2").settings
    at = {name: i for i, name in enumerate(columns)}

    named = (names for names in (settings["few"], settings["few_on_panel"]) if set(names) <= set(at))
    return onset_v2.Recipe(
        **{name: dict(settings[name]) for name in onset_v2.LEARNERS},
        few=tuple(at[name] for name in next(named, ())),
        scale_trees=scale_trees,
        stand_ins=tuple((at[a], at[b]) for a, b in settings["stand_ins"].items() if a in at and b in at),
        unflagged=tuple(at[c] for c in settings["unflagged"] if c in at),
    )


def recipe_of(model: str, columns: Sequence[str], scale_trees: float = 1.0) -> Recipe:
    """Return the recipe of ``onset_v1`` or ``onset_v2`` on these columns."""
    return recipe(columns, scale_trees) if model == "onset_v1" else recipe_v2(columns, scale_trees)


def chooser(model: str) -> Callable[[History, int], Shift]:
    """Return how a model's calibration is chosen, as its card says."""
    return choose if model == "onset_v1" else choose_total
