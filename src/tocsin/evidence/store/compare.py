"""Is a file thinner than what is in force? A file that covers less may be cut: it must not lower a risk.

Thinness is judged inside what both cover: the months of an event file, the indicators of a country-year file. Findings
of weight ``file`` refuse the file; ``warn`` lets it in, but then no figure of it may lower one in force (``merge``).
"""

from __future__ import annotations

from statistics import median

import polars as pl

from tocsin.evidence.sources.issues import Issue
from tocsin.evidence.store.merge import KEYS

SHARE = 0.95
"""A file with less than this share of the last good one's rows, keys or sums is refused."""
PLACE_EVENTS, PLACE_DEATHS, PLACE_KEYS, YEAR_KEYS = 5, 25, 5, 20
THIN_MONTH = 0.25
DEATHS = ["state_based_deaths", "non_state_deaths", "one_sided_deaths"]


def thinner(old: pl.DataFrame, new: pl.DataFrame, table: str) -> list[Issue]:
    """Return what the new table lacks that the one in force has; empty when nothing."""
    if table == "country_month":
        return _months(old, new)
    if table == "country_year":
        return [issue for name in new["indicator"].unique().sort() for issue in _indicator(old, new, name)]
    return _facts(old, new, KEYS[table])


def _months(old: pl.DataFrame, new: pl.DataFrame) -> list[Issue]:
    """Compare events and deaths in the months that both cover, and the size of months that are new."""
    both = old.select("month").unique().join(new.select("month").unique(), on="month")
    was, now = old.join(both, on="month"), new.join(both, on="month")
    issues = _share("events", int(was["events"].sum()), int(now["events"].sum()), "events in the months both cover")
    by_place = was.group_by("place_id").agg(pl.col("events").sum(), pl.sum_horizontal(DEATHS).sum().alias("deaths"))
    many = by_place.filter((pl.col("events") >= PLACE_EVENTS) | (pl.col("deaths") >= PLACE_DEATHS))
    issues += _lost(many.join(now, on="place_id", how="anti")["place_id"].to_list(), "place", "place_id")
    recent = old.group_by("month").agg(pl.col("events").sum()).sort("month").tail(12)["events"].to_list()
    usual = median(recent) if recent else 0
    counted: list[tuple[str, int]] = new.group_by("month").agg(pl.col("events").sum()).sort("month").rows()  # type: ignore[assignment]
    for month, events in counted:
        if month not in both["month"] and events < THIN_MONTH * usual:
            said = f"{month} has {events:,} events; the last twelve months in force had {usual:,.0f} in the middle one"
            issues.append(Issue("thin-month", said, None, "month", month, "warn"))
    return issues


def _indicator(old: pl.DataFrame, new: pl.DataFrame, name: str) -> list[Issue]:
    """Compare one indicator: values known, sums of counts, whole places and whole years."""
    was, now = old.filter(pl.col("indicator") == name), new.filter(pl.col("indicator") == name)
    if was.is_empty():
        return []
    positive = was.filter(pl.col("value") > 0)
    kept = positive.join(now.filter(pl.col("value") > 0), on=["place_id", "year"], how="semi")
    issues = _share(name, positive.height, kept.height, f"values of {name} above zero")
    issues += _share(name, was.height, was.join(now, on=["place_id", "year"], how="semi").height, f"values of {name}")
    known_places = positive.group_by("place_id").len().filter(pl.col("len") >= PLACE_KEYS)
    issues += _lost(known_places.join(kept, on="place_id", how="anti")["place_id"].to_list(), "place", name)
    known_years = was.group_by("year").len().filter(pl.col("len") >= YEAR_KEYS)
    held = now.group_by("year").len().rename({"len": "held"})
    gone = known_years.join(held, on="year", how="left").filter(pl.col("held").fill_null(0) < pl.col("len") / 2)
    return issues + _lost(gone["year"].sort().to_list(), "year", name)


def _facts(old: pl.DataFrame, new: pl.DataFrame, keys: list[str]) -> list[Issue]:
    """Compare two lists of facts: one that is gone is a warning, many or a whole place refuse the file."""
    lost = old.join(new, on=keys, how="anti")
    issues = _share("facts", old.height, old.height - lost.height, "facts listed")
    return issues + _lost(
        lost.join(new, on="place_id", how="anti")["place_id"].unique().sort().to_list(), "place", "place_id"
    )


def _share(column: str, was: int, now: int, what: str) -> list[Issue]:
    """Return a refusal when less than the required share is left, a warning when anything is gone."""
    if now >= was:
        return []
    said = f"{now:,} {what}, against {was:,} in force"
    return [Issue("thinner", said, None, column, str(now), "file" if now < SHARE * was else "warn")]


def _lost(gone: list[object], kind: str, column: str) -> list[Issue]:
    """Return one refusal for places or years of which nothing is left."""
    if not gone:
        return []
    shown = ", ".join(map(str, gone[:6])) + (" …" if len(gone) > 6 else "")
    return [
        Issue(
            "thinner",
            f"{column}: nothing, or less than half, is left of {kind} {shown}",
            None,
            column,
            str(gone[0]),
            "file",
        )
    ]
