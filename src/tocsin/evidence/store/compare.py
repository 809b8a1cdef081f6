"""Is a file thinner than what is in force? A file that covers less may be cut: it must not lower a risk.

Thinness is judged inside what both cover: the months of an event file, the indicators of a country-year file. Findings
of weight ``file`` refuse the file; ``warn`` lets it in, but then no figure of it may lower one in force (``merge``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

import polars as pl

from tocsin.evidence.sources.issues import Issue, Weight
from tocsin.evidence.store.merge import KEYS, counted

SHARE = 0.95
"""A file with less than this share of the last good one's rows, keys or sums is refused."""
PLACE_EVENTS, PLACE_DEATHS, PLACE_KEYS, YEAR_KEYS = 5, 25, 5, 20
THIN_MONTH = 0.25
HALF = 0.5
DEATHS = ["state_based_deaths", "non_state_deaths", "one_sided_deaths"]


def thinner(old: pl.DataFrame, new: pl.DataFrame, table: str, quarantined: int = 0) -> list[Issue]:
    """Return what the new table lacks that the one in force has; empty when nothing.

    A quarantined row explains one row, one place and any part of a sum: what it explains is said, and does not refuse.
    """
    judge = _Judge(quarantined)
    if table == "country_month":
        return _months(judge, old, new)
    if table == "country_year":
        return [issue for name in new["indicator"].unique().sort() for issue in _indicator(judge, old, new, name)]
    return _facts(judge, old, new, KEYS[table])


def shorter(old: pl.DataFrame, new: pl.DataFrame, table: str, quarantined: int = 0) -> list[Issue]:
    """Return that a table of findings, which are of no place, has fewer rows than the one in force; empty if not."""
    return _Judge(quarantined).rows(table, old.height, new.height, table)


def sparser(old: pl.DataFrame, new: pl.DataFrame, table: str, quarantined: int = 0) -> list[Issue]:
    """Return that a file has an indicator and period of which places are missing that are in force; empty if not.

    It is said and refuses nothing: rows are laid over one by one, and what the file does not name stays in force.
    """
    if old.is_empty():
        return []
    series = ["indicator", "period", "status"]
    was = old.join(new.select(series).unique(), on=series).select(*series, "place_id").unique()
    gone = was.join(new, on=[*series, "place_id"], how="anti")
    if gone.height <= quarantined:
        return []
    places = ", ".join(gone["place_id"].unique().sort()[:6])
    first = gone.sort(*series, "place_id").row(0, named=True)
    said = (
        f"The file lacks {gone.height:,} figures that are in force of the indicators and periods it has (first "
        f"{first['indicator']} {first['period']} of {first['place_id']}; places {places}): the ones in force stay"
    )
    return [Issue("sparser", said, None, "place_id", first["place_id"], "warn")]


def lowered(old: pl.DataFrame, new: pl.DataFrame, table: str) -> list[Issue]:
    """Return that a mended file puts a figure below the one in force; empty when it does not, or has no figures."""
    if old.is_empty() or table not in KEYS or "value" not in new.columns:
        return []
    both = old.join(new, on=KEYS[table], suffix="_new", nulls_equal=True)
    less = both.filter(pl.col("value_new") < pl.col("value")).sort(KEYS[table])
    if less.is_empty():
        return []
    first = less.row(0, named=True)
    where = " ".join(str(first[k]) for k in KEYS[table] if first[k] not in (None, ""))
    said = (
        f"{less.height:,} figures would fall below those in force (first {where}: {first['value']:g} in force, "
        f"{first['value_new']:g} mended)"
    )
    return [Issue("lowered", said, None, "value", f"{first['value_new']:g}", "file")]


@dataclass(frozen=True)
class _Judge:
    """Turns what is gone into a refusal or a warning."""

    quarantined: int

    def rows(self, column: str, was: int, now: int, what: str) -> list[Issue]:
        """Judge a number of rows or values: refused under the required share, a warning when anything is gone."""
        if now >= was:
            return []
        weight: Weight = "file" if now + self.quarantined < SHARE * was else "warn"
        return [Issue("thinner", f"The file has {now:,} {what}; {was:,} are in force", None, column, str(now), weight)]

    def lost(self, gone: list[object], kind: str, column: str) -> list[Issue]:
        """Judge places or years of which nothing, or less than half, is left."""
        if not gone:
            return []
        shown = ", ".join(map(str, gone[:6])) + (" …" if len(gone) > 6 else "")
        what = "figures" if column == "place_id" else f"figures of {column}"
        many = f"{len(gone):,} {kind}s" if len(gone) > 1 else f"the {kind}"
        said = f"The file has none, or less than half, of the {what} in force for {many} {shown}"
        return [Issue("thinner", said, None, column, str(gone[0]), "file" if len(gone) > self.quarantined else "warn")]

    def fallen(self, what: str, was: float, now: float, least: float) -> list[Issue]:
        """Judge a sum whose rows are still there: far below is refused, a smaller fall is a revision, and said."""
        if now >= SHARE * was:
            return []
        weight: Weight = "file" if now < least * was and not self.quarantined else "warn"
        return [
            Issue(
                "fallen",
                f"In the file {what} add up to {now:,.0f}; those in force add up to {was:,.0f}",
                None,
                what,
                f"{now:.0f}",
                weight,
            )
        ]


def _months(judge: _Judge, old: pl.DataFrame, new: pl.DataFrame) -> list[Issue]:
    """Compare events and deaths in the months that both cover, and the size of months that are new."""
    both = old.select("month").unique().join(new.select("month").unique(), on="month")
    was, now = old.join(both, on="month"), new.join(both, on="month")
    events_was, events_now = int(was["events"].sum()), int(now["events"].sum())
    deaths_was, deaths_now = (float(t.select(DEATHS).sum_horizontal().sum()) for t in (was, now))
    issues = judge.rows("events", events_was, events_now, "events in the months both cover")
    issues += judge.fallen("deaths", deaths_was, deaths_now, HALF)
    by_place = was.group_by("place_id").agg(pl.col("events").sum(), pl.sum_horizontal(DEATHS).sum().alias("deaths"))
    many = by_place.filter((pl.col("events") >= PLACE_EVENTS) | (pl.col("deaths") >= PLACE_DEATHS))
    issues += judge.lost(many.join(now, on="place_id", how="anti")["place_id"].sort().to_list(), "place", "place_id")
    recent = old.group_by("month").agg(pl.col("events").sum()).sort("month").tail(12)["events"].to_list()
    usual = median(recent) if recent else 0
    sizes: list[tuple[str, int]] = new.group_by("month").agg(pl.col("events").sum()).sort("month").rows()  # type: ignore[assignment]
    for month, events in sizes:
        if month not in both["month"] and events < THIN_MONTH * usual:
            said = f"{month} has {events:,} events; the middle one of the last twelve months in force had {usual:,.0f}"
            issues.append(Issue("thin-month", said, None, "month", month, "warn"))
    return issues


def _indicator(judge: _Judge, old: pl.DataFrame, new: pl.DataFrame, name: str) -> list[Issue]:
    """Compare one indicator: values known, sums of counts, whole places and whole years."""
    was, now = old.filter(pl.col("indicator") == name), new.filter(pl.col("indicator") == name)
    if was.is_empty():
        return []
    positive = was.filter(pl.col("value") > 0)
    kept = positive.join(now.filter(pl.col("value") > 0), on=["place_id", "year"], how="semi")
    issues = judge.rows(name, positive.height, kept.height, f"values of {name} above zero")
    held = was.join(now, on=["place_id", "year"], how="semi").height
    issues += judge.rows(name, was.height, held, f"values of {name}")
    if name in counted():
        issues += _counts(judge, positive, now, name)
    known_places = positive.group_by("place_id").len().filter(pl.col("len") >= PLACE_KEYS)
    gone = known_places.join(kept, on="place_id", how="anti")["place_id"].sort().to_list()
    issues += judge.lost(gone, "place", name)
    years = was.group_by("year").len().filter(pl.col("len") >= YEAR_KEYS)
    years = years.join(now.group_by("year").len().rename({"len": "held"}), on="year", how="left")
    thin = years.filter(pl.col("held").fill_null(0) < pl.col("len") / 2)
    return issues + judge.lost(thin["year"].sort().to_list(), "year", name)


def _counts(judge: _Judge, was: pl.DataFrame, now: pl.DataFrame, name: str) -> list[Issue]:
    """Compare the sums of a counted indicator, over all and by place, in the years that both cover."""
    now = now.join(was.select("year").unique(), on="year", how="semi")
    issues = judge.fallen(name, float(was["value"].sum()), float(now["value"].sum()), SHARE)
    before = was.group_by("place_id").agg(pl.col("value").sum().alias("was"), pl.len().alias("n"))
    after = before.join(now.group_by("place_id").agg(pl.col("value").sum().alias("now")), on="place_id", how="left")
    half = after.filter((pl.col("n") >= PLACE_KEYS) & (pl.col("now").fill_null(0) < HALF * pl.col("was")))
    return issues + judge.lost(half["place_id"].sort().to_list(), "place", name)


def _facts(judge: _Judge, old: pl.DataFrame, new: pl.DataFrame, keys: list[str]) -> list[Issue]:
    """Compare two lists of facts: one that is gone is a warning, many or a whole place refuse the file."""
    lost = old.join(new, on=keys, how="anti")
    gone = lost.join(new, on="place_id", how="anti")["place_id"].unique().sort().to_list()
    issues = judge.rows("facts", old.height, old.height - lost.height, "facts listed")
    return issues + judge.lost(gone, "place", "place_id")


def allowed(found: list[Issue], replacing: str) -> list[Issue]:
    """Return what a file lacks, as a warning when somebody has said why the figures in force are wrong."""
    if not replacing or not found:
        return found
    why = Issue("replaced", f"The figures in force were replaced by ones that have less: {replacing}", weight="warn")
    return [why, *(replace(i, weight="warn") for i in found)]
