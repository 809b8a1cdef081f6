"""Two vintages of one figure: on made tables, and on two releases that one project really brought out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.evidence.fetch.test_news import Edited, revised
from tests.evidence.publisher import publisher_file
from tests.fakes.publishers import ask, ready

from tocsin.catalog.geography import places
from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.core.months import month_text
from tocsin.evidence.sources.ucdp_ged.read import views_ids
from tocsin.evidence.sources.worldbank.read import SERIES
from tocsin.evidence.store import load, revisions, snapshot
from tocsin.evidence.store.revisions import Asked, between, compare
from tocsin.evidence.store.vintages import vintages

MONTHS = snapshot.table("ucdp_ged", "country_month").clear()


def months(**deaths: int) -> pl.DataFrame:
    """Country-months of 2025-03 with so many state-based deaths a place."""
    rows = [(p, "2025-03", n, 0, 0, 1, "r", False) for p, n in deaths.items()]
    columns = ["place_id", "month", "state_based_deaths", "non_state_deaths", "one_sided_deaths", "events"]
    schema = {c: MONTHS.schema[c] for c in [*columns, "release", "provisional"]}
    return pl.DataFrame(rows, schema=schema, orient="row").select(MONTHS.columns)


def told(frame: pl.DataFrame, figure: str = "state_based_deaths") -> dict[str, tuple[object, ...]]:
    rows = frame.filter(figure=figure).select("place_id", "old", "new", "difference", "kind").rows()
    return {place: rest for place, *rest in map(tuple, rows)}  # type: ignore[misc]


def test_a_place_not_named_in_a_counted_month_is_zero_and_a_month_not_counted_is_not_known() -> None:
    found = told(between(months(SDN=5, MMR=2), months(SDN=9), "country_month"))
    assert list(found["SDN"]) == [5, 9, 4, "changed"]
    assert list(found["MMR"]) == [2, 0, -2, "changed"]
    alone = told(between(months().clear(), months(SDN=9), "country_month"))
    assert list(alone["SDN"]) == [None, 9, None, "added"]


def test_a_month_left_open_has_no_difference() -> None:
    open_ = months(SDN=5).with_columns(state_based_deaths=pl.lit(None, dtype=pl.Int64))
    assert list(told(between(months(SDN=5), open_, "country_month"))["SDN"]) == [5, None, None, "withdrawn"]


def test_the_end_of_a_killing_is_revised() -> None:
    facts = snapshot.table("facts_mass_killing", "mass_killings").filter(place_id="SDN", start_year=2003)
    later = facts.with_columns(end_year=pl.lit(2026, dtype=pl.Int32))
    found = between(facts, later, "mass_killings").row(0, named=True)
    assert found["new"] == 2026
    assert found["period"] == "2003"


def test_a_killing_still_under_way_that_is_added_or_withdrawn_is_told() -> None:
    none = snapshot.table("facts_mass_killing", "mass_killings").filter(place_id="SDN", start_year=2003).head(1)
    open_ = none.with_columns(end_year=pl.lit(None, dtype=pl.Int32))
    kinds = {
        "added": (none.clear(), open_),
        "withdrawn": (open_, none.clear()),
        "same": (open_, open_),
        "changed": (none, open_),
    }
    assert {kind: between(*two, "mass_killings")["kind"].to_list() for kind, two in kinds.items()} == {
        kind: [kind] for kind in kinds
    }


def test_of_two_loads_the_newest_stands_beside_the_one_before(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="one vintage of ucdp_brd"):
        compare(ctx.settings.store, "ucdp_brd")
    file = publisher_file("ucdp_brd")
    path = tmp_path / file.name
    path.write_bytes(file.with_rows(lambda rows: [{**r, "bd_best": float(r["bd_best"]) + 1} for r in rows]).data())  # type: ignore[arg-type]
    assert load(ctx, "ucdp_brd", path, "analyst").in_force
    found = compare(ctx.settings.store, "ucdp_brd")
    assert (found.old.name, found.new.basis) == ("bundled", "retrieved")
    assert set(found.rows["kind"]) == {"changed"}
    assert found.rows["difference"].abs().is_sorted(descending=True)
    one = compare(ctx.settings.store, "ucdp_brd", asked=Asked(places=("SDN",), first="2020-06", last="2021"))
    assert set(one.rows["place_id"]) == {"SDN"}
    assert set(one.rows["period"]) <= {"2020", "2021"}
    with pytest.raises(Misuse, match="no vintage of"):
        compare(ctx.settings.store, "ucdp_brd", "5")
    with pytest.raises(Misuse, match="no vintage of 'nothing'"):
        compare(ctx.settings.store, "nothing")


def pace(path: Path) -> pl.DataFrame:
    """One release of PaCE as a long table of figures: it sums all three types, and stands in no panel of ours."""
    wide = pl.read_csv(path, infer_schema_length=None)
    long = wide.unpivot(index=wide.columns[0], variable_name="name", value_name="value")
    names = {n: places().from_name(n) for n in long["name"].unique()}
    return long.select(
        pl.col("name").replace_strict(names, return_dtype=pl.String).alias("place_id"),
        pl.col(wide.columns[0]).str.slice(0, 4).cast(pl.Int32).alias("year"),
        pl.lit("all_deaths").alias("indicator"),
        pl.col("value").cast(pl.Float64),
    ).group_by("place_id", "year", "indicator", maintain_order=True).agg(pl.col("value").sum())  # fmt: skip


@pytest.mark.shared
def test_two_releases_of_pace_differ_where_their_readme_says(shared: Path) -> None:
    """2022 and 2023 were counted from candidate events in the first, and far too low."""
    old, new = (pace(shared / f"data/ucdp/pace_country_month_wide_1989_{y}.csv") for y in (2023, 2024))
    rows = between(old, new, "country_year")
    sums = {p: (o, n) for p, o, n in rows.group_by("period").agg(pl.col("old", "new").sum()).rows()}
    assert sums["2023"] == (106_264, 135_012)
    assert sums["2022"] == (79_391, 100_292)
    assert set(rows.filter(period="2024")["kind"]) == {"added"}
    changed = rows.filter(kind="changed", period="2023")
    assert changed["difference"].sum() > 20_000


@pytest.mark.shared
def test_the_revision_of_tigray_is_the_biggest_between_two_vintages_of_views(shared: Path) -> None:
    """State-based deaths of 2020-21 in the panel of 2021 and in the actuals of 2024."""
    panel = snapshot.table("ucdp_ged", "country_month").select("place_id", "month", "state_based_deaths")
    parts = [pl.read_parquet(p) for p in sorted((shared / "data/peers/views_2023/actuals").rglob("*.parquet"))]
    actuals = pl.concat(parts)
    ids = views_ids()
    later = actuals.select(
        pl.col("country_id").cast(pl.String).replace_strict(ids, default=None).alias("place_id"),
        pl.col("month_id").map_elements(lambda m: month_text(1980 * 12 + m - 1), return_dtype=pl.String).alias("month"),
        pl.col(next(c for c in actuals.columns if c not in ("country_id", "month_id"))).cast(pl.Float64).alias("value"),
    )

    def long(frame: pl.DataFrame, value: str) -> pl.DataFrame:
        year = pl.col("month").str.slice(0, 4).cast(pl.Int32).alias("year")
        both = frame.filter(pl.col("month").is_between(pl.lit("2020-07"), pl.lit("2021-06")))
        summed = both.group_by("place_id", year).agg(pl.col(value).sum().cast(pl.Float64).alias("value"))
        return summed.select("place_id", "year", pl.lit("state_based_deaths").alias("indicator"), "value")

    rows = revisions.biggest_first(between(long(panel, "state_based_deaths"), long(later, "value"), "country_year"))
    assert rows["place_id"][0] == "ETH"
    assert rows["difference"][0] > 10_000


def test_what_one_fetch_brought_in_several_files_is_one_step(ctx: Context, clock: FixedClock) -> None:
    with Edited("worldbank", etags=False) as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
        clock.move(days=30)

        def raised(said: list[Any]) -> list[Any]:
            for row in said[1] or []:
                row["value"] = row["value"] and round(float(row["value"]) * 1.1, 3)
            return said

        publisher.edit = raised
        assert ask(ctx, publisher).outcome == "new"
    found = compare(ctx.settings.store, "worldbank")
    assert found.together == 5
    assert {s["figure"] for s in found.sums if s["changed"]} == set(SERIES)
    last = len(vintages(ctx.settings.store, "worldbank"))
    alone = compare(ctx.settings.store, "worldbank", str(last - 1), str(last))
    assert len([s for s in alone.sums if s["changed"]]) == 1, "a pair that is named is that pair"
    assert found.old.published is not None, "the day that the bank states"
    assert found.new.published is None, "other figures under the same day were not out on it"


def test_documents_are_compared_by_their_number(ctx: Context, clock: FixedClock) -> None:
    clock.move(hours=-24)
    with Edited("reliefweb", etags=False) as publisher:
        ready(ctx, publisher)
        ask(ctx, publisher)
        clock.move(days=2)
        publisher.edit = revised
        ask(ctx, publisher)
    found = compare(ctx.settings.store, "reliefweb", asked=Asked(kinds=()))
    assert set(found.rows["kind"]) == {"added", "changed"}
    assert found.rows.filter(kind="changed")["what"].str.contains(", title").all()
    assert found.figures == ("documents",)


def test_forecasts_of_two_runs_are_laid_side_by_side() -> None:
    columns = ("origin", "target", "place_id", "horizon", "output_type", "output_type_id", "value")
    was, now = (
        pl.DataFrame([("2026-09", "deaths", p, 1, "mean", "", v) for p, v in said], schema=columns, orient="row")
        for said in ([("SDN", 9.0), ("MMR", 1.0)], [("SDN", 12.0), ("ETH", 2.0)])
    )
    rows = between(was, now, "forecasts").select("place_id", "figure", "difference", "kind").sort("place_id").rows()
    name = "deaths, step 1, mean"
    assert rows == [("ETH", name, None, "added"), ("MMR", name, None, "withdrawn"), ("SDN", name, 3.0, "changed")]
