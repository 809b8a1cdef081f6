"""Make the rolling record of one of our models on the data in force, for the snapshot to keep."""

from __future__ import annotations

from typing import Any

import polars as pl
import sklearn

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.evidence.forecast import led_by, recipes, rolling
from tocsin.evidence.forecast.score import head_to_head


def make_record(ctx: Context, model: str = "onset_v1") -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the calibrated rolling history of a model up to the year before the newest, and what made it.

    ``onset_v2`` says who would lead as well; those columns are null where too little was known.
    """
    ours = head_to_head.snapshot(ctx)
    made = recipes.recipe_of(model, ours.design.columns)
    newest = int(ours.design.year.max())
    span = range(rolling.FIRST_BASE, newest)
    raw = rolling.history(ours.design, span, made, ctx.seed_for, model=model, progress=ctx.progress)
    table, shifts = rolling.calibrated(raw, recipes.chooser(model))
    if "led_by" in card(model).settings and ours.led is not None:
        table = led_by.history(ours.design, ours.led, table, card(model).settings["led_by"])
    about = {
        "model": card(model).ref,
        "inputs_sha256": rolling.content_hash(ours.design, made),
        "first_base": rolling.FIRST_BASE,
        "newest_year": newest,
        "seed": ctx.settings.seed,
        "scikit_learn": sklearn.__version__,
        "calibration": {str(base): shift.kind for base, shift in shifts.items()},
        "licence": "CC BY-SA 4.0 (made from V-Dem figures among others; see SOURCES.md)",
        "command": "tocsin score record" if model == "onset_v1" else f"tocsin score record --model {model}",
    }
    return table, about
