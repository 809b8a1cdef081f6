"""What ``conflict_v1`` would have said each year, trained only on years whose twelve months had ended.

Made for calibration in every pass; the bundled copy (``tocsin score record``) is read instead when it was made on the
same inputs. The first years have few to learn from; a score over them is on the model's card, the rest a look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import sklearn

from tocsin.catalog.models import card
from tocsin.core.context import Context
from tocsin.evidence.forecast import record
from tocsin.evidence.forecast.calibrate import History, choose
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models import conflict_v1
from tocsin.evidence.forecast.rolling import content_hash
from tocsin.evidence.forecast.split import Origin

MODEL = "conflict_v1"
FIRST_BASE = 1996
GAP = conflict_v1.HORIZON_YEARS
SHOWN = {
    "place_id": pl.String,
    "base_year": pl.Int32,
    "p": pl.Float64,
    "fighting": pl.Boolean,
    "fought_within": pl.Boolean,
}


def make(design: Design, base: int, settings: Mapping[str, Any], first: int = FIRST_BASE) -> pl.DataFrame:
    """Return rolling forecasts of the base years ``first`` to ``base`` - 1, in the columns of ``record.COLUMNS``."""
    parts = []
    for year in range(first, base):
        train, rows = Origin(year, GAP).training(design), design.rows(design.year == year)
        p = conflict_v1.fit(design.x[train], design.label[train], settings["logit"]).predict(rows.x)
        parts.append((rows.year, rows.place, p, rows.label))
    years, place, raw, label = (np.concatenate(column) for column in zip(*parts, strict=True))
    past = History(years, raw, label)
    p = np.concatenate([choose(past, year, GAP).apply(raw[years == year]) for year in range(first, base)])
    made = {"base_year": years, "place_id": place.tolist(), "p_raw": raw, "label": label, "p": p}
    return pl.DataFrame(made, schema=record.COLUMNS).with_columns(pl.col("label").fill_nan(None))


def past(design: Design, base: int, settings: Mapping[str, Any], first: int = FIRST_BASE) -> pl.DataFrame:
    """Return the rolling forecasts before a base year: bundled if made on these inputs, else made now."""
    kept = record.read(model_id=MODEL)
    if kept and kept.about.get("inputs_sha256") == content_hash(design, settings):
        return kept.history.filter(pl.col("base_year").is_between(first, base - 1))
    return make(design, base, settings, first)


def bundle(ctx: Context) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the rolling record on the data in force, up to the year before the newest, and what made it."""
    from tocsin.evidence.panel import country_year
    from tocsin.evidence.store import load_tables

    tables = load_tables(ctx)
    settings = card(MODEL).settings
    design = conflict_v1.design(country_year(tables), tables.country_year, list(settings["context"]))
    newest = int(design.year.max())
    about = {
        "model": card(MODEL).ref,
        "inputs_sha256": content_hash(design, settings),
        "first_base": FIRST_BASE,
        "newest_year": newest,
        "scikit_learn": sklearn.__version__,
        "licence": "CC BY-SA 4.0, with its folder (made from UCDP and World Bank figures; see SOURCES.md)",
        "command": "tocsin score conflict-record",
    }
    return make(design, newest, settings), about


def shown(history: pl.DataFrame, design: Design, base: int) -> pl.DataFrame:
    """Return the record as people see it, with whether the base year itself had 25 deaths (``fighting``) and the next.

    Both are null where nobody counted; what came after ``base`` is not told.
    """
    over = design.x[:, design.columns.index("deaths_over_floor")]
    war = pl.DataFrame(
        {"base_year": design.year, "place_id": design.place.tolist(), "over": over},
        schema={"base_year": pl.Int32, "place_id": pl.String, "over": pl.Float64},
    )
    return (
        history.join(war, on=["base_year", "place_id"], how="left")
        .with_columns(
            fighting=pl.when(pl.col("over").is_not_nan()).then(pl.col("over") > 0),
            fought_within=pl.when(pl.col("base_year") + GAP <= base).then(pl.col("label") > 0),
        )
        .select(*SHOWN)
        .cast(SHOWN)  # type: ignore[arg-type]
        .sort("place_id", "base_year")
    )


def empty() -> pl.DataFrame:
    """Return a record of nothing, with the right columns."""
    return pl.DataFrame(schema=SHOWN)
