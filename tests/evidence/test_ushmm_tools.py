"""Studies on tools of prevention: counted as the publisher's file has them, never bundled, bad files refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from story.catalogue_house import findings
from tocsin.core.context import Context
from tocsin.evidence.sources import loadable, source_ids
from tocsin.evidence.store import load, load_tables
from tocsin.response.register.catalogue import counts

SOURCE = "ushmm_tools"
MANY = [("Mediation_tool", "", "cro_focus_no_mixed_average", f"M.{n}", "Mixed") for n in range(120)]


def test_it_can_be_loaded_and_is_no_source_of_figures(ctx: Context, tmp_path: Path) -> None:
    assert SOURCE in loadable()
    assert SOURCE not in source_ids()
    assert counts.loaded(ctx.settings) == {}
    done = load(ctx, SOURCE, findings(tmp_path / "a.csv", MANY), "analyst")
    assert (done.outcome, done.rows_accepted) == ("accepted", 120)
    assert counts.loaded(ctx.settings)["Mediation"].related_mixed == 120
    assert SOURCE not in {s.id for s in load_tables(ctx).sources}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (("Magic_tool", "", "cro_focus_no_mixed_average", "M.1", ""), "unknown-tool"),
        (("Mediation_tool", "", "no such flag", "M.1", ""), "one-finding"),
        (("Mediation_tool", "", "cro_focus_no_mixed_average", "", ""), "missing"),
    ],
)
def test_a_row_that_cannot_be_counted_is_set_aside(ctx: Context, tmp_path: Path, row, rule) -> None:
    done = load(ctx, SOURCE, findings(tmp_path / "a.csv", [*MANY, row]), "analyst")
    assert done.outcome == "quarantined"
    assert [i["rule"] for i in done.issues if i["weight"] == "row"] == [rule]
    assert counts.loaded(ctx.settings)["Mediation"].studies == 120


@pytest.mark.parametrize("data", [b"", b"<html>", b"a,b\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04broken"])
def test_a_file_that_is_none_is_refused_and_the_last_good_one_stays(ctx: Context, tmp_path: Path, data: bytes) -> None:
    load(ctx, SOURCE, findings(tmp_path / "a.csv", MANY), "analyst")
    (tmp_path / "b.csv").write_bytes(data)
    assert load(ctx, SOURCE, tmp_path / "b.csv", "analyst").outcome == "refused"
    assert counts.loaded(ctx.settings)["Mediation"].studies == 120


def test_a_shorter_file_is_refused_unless_somebody_says_why(ctx: Context, tmp_path: Path) -> None:
    load(ctx, SOURCE, findings(tmp_path / "a.csv", [*MANY, *MANY]), "analyst")
    short = findings(tmp_path / "b.csv", MANY)
    assert load(ctx, SOURCE, short, "analyst").outcome == "refused"
    assert load(ctx, SOURCE, short, "analyst", replacing="the doubled rows were wrong").outcome == "warned"


def test_the_publishers_own_file_gives_the_counts_that_were_taken_by_hand(ctx: Context, shared: Path) -> None:
    done = load(ctx, SOURCE, shared / "data" / "options_evidence" / "all_sources_3.csv", "analyst")
    assert (done.outcome, done.rows_accepted) == ("accepted", 1606)
    found = counts.loaded(ctx.settings)
    with (shared / "catalog" / "tools_evidence.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(found) == 12
    for row in rows:
        tool = found[row["tool"]]
        kinds = ("ma_decrease", "ma_increase", "ma_mixed", "related_decrease", "related_increase", "related_mixed")
        assert [getattr(tool, kind) for kind in kinds] == [int(row[kind]) for kind in kinds]
        assert tool.studies == int(row["studies_with_average_effect"])
