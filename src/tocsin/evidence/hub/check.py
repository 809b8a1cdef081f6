"""Every rule a submission must pass, all in one pass over the whole file: nothing is fixed, nothing stops at the first.

The rules of the table itself are ``forecast.hub``'s; here each is told by row, column and value, with those that only a
submission can break: an origin that has not ended, data from after it, an answer given after the question was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tocsin.evidence.forecast import hub
from tocsin.evidence.hub.claims import CLAIM, ROW, Claims
from tocsin.evidence.hub.findings import Findings
from tocsin.evidence.hub.meaning import meaning
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.times import missing_places, times
from tocsin.evidence.sources.issues import Issue


@dataclass
class Checked:
    """The rows that hold (hub columns; ``samples`` lists of draws) and every finding. ``wrong`` tells to refuse."""

    rows: pl.DataFrame
    samples: pl.DataFrame
    issues: list[Issue]

    @property
    def wrong(self) -> bool:
        """Whether anything but a remark was found."""
        return any(i.weight in ("row", "file") for i in self.issues)


def check(claims: Claims, meta: Metadata, received: datetime) -> Checked:
    """Return what holds of a file's claims and everything that does not, by the clock of the receipt."""
    found = Findings(claims.issues, claims.called)
    frame = meaning(claims, meta, found)
    if set(CLAIM) <= set(claims.frame.columns):
        _values(frame, found)
        _together(frame, found)
    draws = claims.draws
    asked = _asked(frame, draws)
    times(asked, frame, meta, received, found)
    missing_places(asked, found)
    rows = _rows(frame, meta) if not found.wrong() else pl.DataFrame(schema=hub.SCHEMA)
    samples = pl.DataFrame() if found.wrong() else _samples(rows, draws)
    kept = rows.filter(pl.col("output_type") != "sample")
    return Checked(kept, samples, found.told())


def _values(frame: pl.DataFrame, found: Findings) -> None:
    """Flag values that are no number, no probability, or no count."""
    number = pl.col("v").is_finite().fill_null(value=False)
    found.rows(
        frame.filter(~number), "value", "not-a-number",
        lambda v: "a number is needed: leave the row out where you have none" if not v else f"{v} is not a number",
    )  # fmt: skip
    sound = frame.filter(number)
    bad = sound.filter((pl.col("kind") == "probability") & ~pl.col("v").is_between(0, 1))
    found.rows(bad, "value", "probability", "a probability lies between 0 and 1")
    found.rows(
        sound.filter((pl.col("kind") == "count") & (pl.col("v") < 0)), "value", "negative", "no count is below 0"
    )


def _together(frame: pl.DataFrame, found: Findings) -> None:
    """Flag rows that do not agree with one another: twice the same, crossing quantiles, interval without its number."""
    who = [c for c in ("forecaster",) if c in frame.columns]
    sound = frame.drop_nulls(["o", "kind", "h", "p"]).with_columns(
        level=pl.col("output_type_id").cast(pl.Float64, strict=False)
    )
    group = [*who, "o", "target", "p", "h"]
    same = pl.when(pl.col("level").is_not_null()).then(pl.col("level").cast(pl.String)).otherwise("output_type_id")
    again = sound.with_columns(id_=same).filter(pl.struct(*group, "output_type", "id_").is_duplicated())
    found.rows(
        again, "place", "duplicate", "this place, origin, horizon and output type stand in the file more than once"
    )
    levels = sound.filter(
        (pl.col("output_type") == "quantile") & pl.col("level").is_not_null() & pl.col("v").is_finite()
    )
    falling = levels.sort(*group, "level").filter(pl.col("v").diff().over(group) < -1e-9)
    found.rows(falling.sort(ROW), "value", "crossing", "below the quantile of a lower level: quantiles may not cross")
    chance = sound.filter((pl.col("kind") == "probability") & pl.col("v").is_finite())
    said = chance.filter(pl.col("output_type") == "pmf").select(*group, said="v").unique(subset=group)
    edges = chance.filter(pl.col("output_type") == "quantile").join(said, on=group, how="left", maintain_order="left")
    outside = edges.filter(
        ((pl.col("level") == 0.05) & (pl.col("v") > pl.col("said") + 1e-12))
        | ((pl.col("level") == 0.95) & (pl.col("v") < pl.col("said") - 1e-12))
    )
    found.rows(outside, "value", "interval", "the interval does not hold its own probability")
    found.rows(
        edges.filter(pl.col("said").is_null()), "output_type", "no-probability", "an interval without its pmf/yes row"
    )


def _asked(frame: pl.DataFrame, draws: pl.DataFrame | None) -> pl.DataFrame:
    """Return the questions a file answers: target, origin, horizon, place."""
    rows = frame.drop_nulls(["o", "kind", "h", "p"]).select("target", "o", "h", "p")
    if draws is not None and len(draws):
        more = draws.select("target", o="origin", h="horizon", p="place_id").filter(pl.col("o") != "")
        rows = pl.concat([rows, more])
    return rows.unique(maintain_order=True)


def _rows(frame: pl.DataFrame, meta: Metadata) -> pl.DataFrame:
    """Return the claims as the hub table. People's rows carry their forecaster behind the model's name."""
    name = pl.lit(meta.model_id)
    if "forecaster" in frame.columns:
        name = pl.concat_str([name, pl.lit("."), pl.col("forecaster")])
    return frame.select(
        model_id=name,
        origin="o",
        target="target",
        place_id="p",
        horizon="h",
        unit="unit",
        output_type="output_type",
        output_type_id=pl.when(pl.col("output_type") == "mean").then(pl.lit("")).otherwise("output_type_id"),
        value="v",
    )


def _samples(rows: pl.DataFrame, draws: pl.DataFrame | None) -> pl.DataFrame:
    """Return the samples of a count as lists, one row a place and step."""
    own = rows.filter(pl.col("output_type") == "sample")
    key = ["place_id", "origin", "target", "horizon"]
    parts = [own.sort("output_type_id").group_by(key, maintain_order=True).agg(samples="value")] if len(own) else []
    if draws is not None:
        parts.append(draws)
    return pl.concat(parts).sort(key) if parts else pl.DataFrame()
