"""The bundled snapshot: small, apart by licence, honest about its gap, the same bytes from the same files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tocsin.catalog.geography import places
from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse
from tocsin.core.months import months_between
from tocsin.evidence.sources import source_ids, spec
from tocsin.evidence.store import load_tables, snapshot

OWN = "forecasts/"
"""What the project computed from the figures stands beside them, and is nobody else's."""
GROUPS = {"forecasts", "ucdp", "vdem", "worldbank", "unhcr", "facts", "geography"}
NOT_OPEN = ("hief", "epr", "polity", "maddison", "pwt", "un_imr", "demspaces", "freedom", "e_cow", "acled")


def test_is_small_and_every_file_is_in_the_index() -> None:
    folder = snapshot.bundled()
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    listed = {t["path"] for entry in snapshot.index().values() for t in entry["tables"].values()}
    assert {f for f in files if not f.startswith(OWN)} == listed | {
        "geography/world.json",
        "SOURCES.md",
        "snapshot.json",
    }
    assert sum((folder / f).stat().st_size for f in files) <= 6_000_000


def test_stands_apart_by_licence() -> None:
    folder = snapshot.bundled()
    assert {p.name for p in folder.iterdir() if p.is_dir()} == GROUPS
    for source_id in source_ids():
        for table in snapshot.index()[source_id]["tables"].values():
            assert table["path"].startswith(spec(source_id).licence_group + "/")
    assert {spec(s).licence for s in source_ids() if spec(s).licence_group == "vdem"} == {"CC BY-SA 4.0"}
    assert {spec(s).licence for s in source_ids() if spec(s).licence_group in {"ucdp", "worldbank", "unhcr"}} == {
        "CC BY 4.0"
    }


def test_nothing_without_an_open_licence_is_in_it() -> None:
    indicators = load_tables(Context()).country_year["indicator"].unique().to_list()
    assert not [i for i in indicators if any(i.lower().startswith(n) for n in NOT_OPEN)]


def test_says_its_sources() -> None:
    page = (snapshot.bundled() / "SOURCES.md").read_text(encoding="utf-8")
    for source_id in source_ids():
        declared = spec(source_id)
        assert declared.licence in page
        assert declared.citation.strip()[:60] in page
        assert all(f"`{column}`" in page for column in declared.columns_used)


def test_of_every_row_set_aside_is_said_which_rule_it_broke() -> None:
    many = {s: int(str(entry["quarantined"])) for s, entry in snapshot.index().items()}
    assert sum(many.values()), "or nothing is tested here"
    for source_id, rows in many.items():
        told = snapshot.set_aside(source_id)
        assert len({(i["sha256"], i["row"]) for i in told}) == rows
        assert {i["sha256"] for i in told} <= set(snapshot.index()[source_id]["inputs"])  # type: ignore[call-overload]
        assert all(i["rule"] and i["message"] for i in told)
        assert spec(source_id).licence_group != snapshot.FACTS or all(i["value"] is None for i in told)


def test_the_gap_is_a_gap(ctx: Context) -> None:
    """No row, not a row of zeros: for these months nothing of all three types is at hand."""
    tables = load_tables(ctx)
    covered = set(tables.covered_months())
    assert not covered & set(months_between("2021-07", "2024-12"))
    assert "2026-01" not in covered
    assert covered == {*months_between("1989-01", "2021-06"), *months_between("2025-01", "2025-12"), "2026-02"}
    assert tables.country_month.filter(pl.col("month") > "2024-12")["provisional"].all()
    assert not tables.country_month.filter(pl.col("month") < "2024-12")["provisional"].any()


def test_inside_coverage_absent_is_zero_for_every_state_that_existed(ctx: Context) -> None:
    tables = load_tables(ctx)
    for month in ("1990-01", "2005-06", "2025-07"):
        there = set(tables.country_month.filter(month=month)["place_id"])
        expected = {
            p.place_id
            for p in places().by_id.values()
            if p.valid_from[:7] <= month and (not p.valid_to or p.valid_to[:7] >= month)
        }
        assert there == expected
    assert tables.country_month.select("state_based_deaths", "events").null_count().sum_horizontal().item() == 0
    assert not tables.country_month.select("place_id", "month").is_duplicated().any()


def test_dissolved_states_keep_their_deaths(ctx: Context) -> None:
    """Yugoslavia's deaths (to 2006) stand under Serbia's number; an inner join on the ViEWS table would lose them."""
    serbia = load_tables(ctx).country_month.filter(pl.col("place_id") == "SRB", pl.col("month") <= "2006-06")
    assert serbia["state_based_deaths"].sum() >= 5_806
    assert serbia["one_sided_deaths"].sum() >= 992


def test_battle_deaths_before_1989_are_missing_not_zero(ctx: Context) -> None:
    figures = load_tables(ctx).country_year
    deaths = figures.filter(indicator="battle_deaths")
    assert deaths["year"].min() == 1989
    assert (deaths["value"] == 0).any()
    assert figures.filter(indicator="conflict_intensity")["year"].min() == 1946


def test_no_figure_is_negative_or_in_the_future(ctx: Context) -> None:
    figures = load_tables(ctx).country_year
    assert figures["year"].max() <= 2025
    signed = {"NY.GDP.PCAP.KD.ZG", "v2pepwrses"}
    assert figures.filter(~pl.col("indicator").is_in(list(signed)))["value"].min() >= 0
    assert not figures.select("indicator", "place_id", "year").is_duplicated().any()


def test_namibia_is_there(ctx: Context) -> None:
    """Its ISO 3166 alpha-2 is NA, which default readers turn into nothing."""
    assert load_tables(ctx).country_year.filter(place_id="NAM", source_id="worldbank").height > 200


def test_before_their_day_the_bundled_figures_were_not_known(ctx: Context) -> None:
    then = load_tables(ctx, datetime(2015, 3, 20, tzinfo=UTC).date())
    assert {s.grounds for s in then.sources} == {"nothing"}
    assert {s.status for s in then.sources} == {"missing"}
    assert then.country_year.is_empty()
    assert then.country_month.is_empty()
    assert then.mass_killings_to == 0


def test_a_look_back_leaves_out_what_was_not_over_or_not_out(ctx: Context) -> None:
    then = load_tables(ctx, datetime(2015, 3, 20, tzinfo=UTC).date(), hindsight=True)
    newest = dict(then.country_year.group_by("source_id").agg(pl.col("year").max()).rows())
    assert newest == {"ucdp_brd": 2013, "ucdp_prio": 2013, "vdem": 2013, "worldbank": 2013, "unhcr": 2013}
    mortality = then.country_year.filter(indicator="SP.DYN.IMRT.IN")
    assert mortality["year"].max() == 2012
    assert then.coups["year"].max() == 2014
    assert then.country_month["month"].max() == "2015-01"
    assert then.mass_killings["start_year"].max() <= 2013
    assert then.mass_killings.filter(place_id="SDN", start_year=2003)["end_year"].to_list() == [None]
    assert then.mass_killings_to == 2013
    assert {s.grounds for s in then.sources} == {"hindsight"}


def test_a_damaged_bundle_says_so(ctx: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entry = json.loads(json.dumps(snapshot.index()))
    monkeypatch.setattr(snapshot, "bundled", lambda: tmp_path)
    (tmp_path / "snapshot.json").write_text(json.dumps(entry))
    with pytest.raises(Damaged, match="absent"):
        load_tables(ctx)
    path = tmp_path / entry["facts_coups"]["tables"]["coups"]["path"]
    path.parent.mkdir()
    path.write_bytes(b"PAR1 not what was written PAR1")
    with pytest.raises(Damaged, match="not what was written"):
        load_tables(ctx)


def test_a_folder_without_the_files_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="absent"):
        snapshot.build(tmp_path, tmp_path / "to", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.shared
@pytest.mark.slow
def test_the_same_files_give_the_same_bytes_and_are_what_is_bundled(shared: Path, tmp_path: Path) -> None:
    built = snapshot.build(shared / "data", tmp_path / "a", datetime(2026, 11, 23, tzinfo=UTC))
    snapshot.build(shared / "data", tmp_path / "b", datetime(2027, 1, 5, tzinfo=UTC))
    for path in [*built.files, "SOURCES.md", "snapshot.json"]:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes()
        assert (tmp_path / "a" / path).read_bytes() == (snapshot.bundled() / path).read_bytes(), path
