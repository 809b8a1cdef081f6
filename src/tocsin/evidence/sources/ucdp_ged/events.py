"""The events of UCDP GED one by one, in the columns of ``evidence/events/schema.py``.

Columns as the GED codebook names them. ``title`` is the dyad (or the conflict): the headlines of the newspapers that
GED quotes are left out, because they may carry the names of the dead.
"""

from __future__ import annotations

import polars as pl

from tocsin.evidence.events.schema import KINDS, UCDP_DATES, UCDP_KINDS, UCDP_WHERE, shaped
from tocsin.evidence.sources.fields import Fields

SAID = {"adm_1": "admin1", "where_coordinates": "where_text", "side_a": "actor_a", "side_b": "actor_b"}
WHOLE = {"best": "deaths_best", "low": "deaths_low", "high": "deaths_high"}


def popped(fields: Fields, *, full: bool) -> dict[str, pl.Series]:
    """Take the columns that only events need; the short shape has a conflict's name alone."""
    if not full:
        return {"title": fields.pop("conflict_name")}
    columns = {ours: fields.pop(theirs) for theirs, ours in SAID.items()}
    columns["title"] = fields.pop("dyad_name")
    columns["latitude"] = fields.number("latitude", low=-90, high=90)
    columns["longitude"] = fields.number("longitude", low=-180, high=180)
    for theirs, ours, words in (
        ("where_prec", "geo_precision", UCDP_WHERE),
        ("date_prec", "date_precision", UCDP_DATES),
    ):
        grade = fields.number(theirs, low=1, high=len(words)).cast(pl.Int64, strict=False)
        columns[ours] = grade.replace_strict(words, default=None, return_dtype=pl.String)
    return columns


def table(fields: Fields, columns: dict[str, pl.Series], release: str) -> pl.DataFrame:
    """Return the events that no rule quarantined. ``columns``: id, day, kind, best, place_id and what else is said.

    They are taken out of ``columns``: what is held twice counts twice, with 400,000 events.
    """
    return shaped(_told(fields, columns, release))


def _told(fields: Fields, columns: dict[str, pl.Series], release: str) -> pl.DataFrame:
    """Return the events in our words, in the order of the file."""
    frame = fields.keep(pl.DataFrame(columns))
    columns.clear()
    return frame.with_columns(
        *(pl.col(ours).cast(pl.Int64, strict=False) for ours in WHOLE.values() if ours in frame.columns),
        source_id=pl.lit("ucdp_ged"),
        release=pl.lit(release),
        event_id=pl.col("event_id").cast(pl.Int64, strict=False).cast(pl.String),
        kind=pl.col("kind").cast(pl.Int64, strict=False).replace_strict(UCDP_KINDS, default=KINDS[-1]),
        date_precision=pl.col("date_precision") if "date_precision" in frame.columns else pl.lit("day"),
    )


def set_aside(fields: Fields, ident: pl.Series) -> frozenset[str] | None:
    """Return the numbers of the events in quarantined rows; None when one of those has none that can be read."""
    rows = pl.DataFrame({"row": fields.rows, "id": ident.cast(pl.Int64, strict=False)})
    bad = rows.filter(pl.col("row").is_in(sorted(fields.bad)))["id"]
    if bad.len() < len(fields.bad) or bad.null_count():
        return None
    return frozenset(bad.cast(pl.String))
