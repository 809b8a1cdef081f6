"""A place that burned in every month counted lately and that a new file does not name: not known, never zero.

Publishers sort events by country. A file cut at the end of a line is whole in form, and the countries behind the cut
would read as months without a death. Nobody can tell that from real quiet by the file alone, so what the file does not
say of such a place stays open: a row without figures, which no reader takes for zero. The streak ends with that row:
when the next file is silent on the place too, its silence counts. The same figures in other bytes are no next file.
"""

from __future__ import annotations

import polars as pl

from tocsin.evidence.sources.issues import Issue

STREAK_MONTHS = 6
COUNTS = ("state_based_deaths", "non_state_deaths", "one_sided_deaths", "events")


def leave_open(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the new country-months with an empty row for each place left open, and what is to be said of them.

    ``old`` are the country-months in force. Only months that are not in force are judged: a month already counted is
    compared with what was counted (``compare.thinner``).
    """
    new = _repeated(old, new)
    months = sorted(set(new["month"]) - set(old["month"]))
    before = sorted(m for m in set(old["month"]) if months and m < months[0])[-STREAK_MONTHS:]
    if len(before) < STREAK_MONTHS:
        return new, []
    named = set(new.filter(pl.col("month").is_in(months))["place_id"])
    streak = old.filter(pl.col("month").is_in(before) & (pl.col("events") > 0)).group_by("place_id").len()
    burned = set(streak.filter(pl.col("len") == STREAK_MONTHS)["place_id"])
    places = sorted(burned - named)
    if not places:
        return new, []
    label = new.filter(pl.col("month").is_in(months)).select("month", "release", "provisional").unique("month")
    rows = pl.DataFrame({"place_id": places}).join(label, how="cross")
    empty = rows.with_columns([pl.lit(None, dtype=pl.Int64).alias(c) for c in COUNTS]).select(new.columns)
    shown = ", ".join(places[:8]) + (" …" if len(places) > 8 else "")
    span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    said = (
        f"The file names {shown} in no month of {span}; events were counted there in each of the last "
        f"{STREAK_MONTHS} months in force ({before[0]} to {before[-1]}). The months are left open there, not taken for "
        "zero: the file may be cut"
    )
    return pl.concat([new, empty]), [Issue("unnamed-place", said, None, "place_id", places[0], "warn")]


def _repeated(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return new country-months with the places that are open in a month of which the file says what is in force.

    A file that was cut and is sent again, in another order or with another date in it, says nothing for a second time.
    """
    waiting = old.filter(pl.col("events").is_null()).join(new.select("month").unique(), on="month", how="semi")
    if waiting.is_empty():
        return new
    told = ["place_id", "month", *COUNTS]
    changed = pl.concat(
        [
            new.select(told).join(old.select(told), on=told, how="anti", nulls_equal=True),
            old.filter(pl.col("events").is_not_null()).select(told).join(new.select(told), on=told, how="anti"),
        ]
    )["month"]
    kept = waiting.filter(~pl.col("month").is_in(changed.unique().to_list()))
    return pl.concat([new, kept.join(new, on=["place_id", "month"], how="anti").select(new.columns)])


def still_open(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the country-months of a mended file with the places that stayed open when it came as it was.

    It is the same file: that it is silent on them a second time says nothing new.
    """
    waiting = old.filter(pl.col("events").is_null()).join(new.select("month").unique(), on="month", how="semi")
    return pl.concat([new, waiting.join(new, on=["place_id", "month"], how="anti").select(new.columns)])
