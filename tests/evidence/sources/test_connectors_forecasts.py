"""ViEWS and V-Dem: the newest run by its name and not by its place in a list; V-Dem's own tags among thousands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
from tests.evidence.sources.drive import NOW, asked, readings

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.fetch.ask import Unusable
from tocsin.evidence.hub import shelf, taken
from tocsin.evidence.sources import FileRefused, Part, read
from tocsin.evidence.sources.views.fetch import newest
from tocsin.evidence.store.load import take

HEAD = "country_name,country_text_id,country_id,year,historical_date"


def test_the_newest_run_is_the_one_with_the_last_month_of_data() -> None:
    assert newest({"runs": ["fatalities002_2025_10_t01", "fatalities003_2025_10_t01", "r_2026_12_01"]}) == (
        "fatalities003_2025_10_t01"
    )
    assert newest(
        {"runs": ["fatalities003_2026_01_t02", "fatalities003_2026_01_t01", "fatalities009_2022_00_t01"]}
    ) == ("fatalities003_2026_01_t02")
    for said in ({"runs": ["escwa_2021_02_01"]}, {}, []):
        with pytest.raises(Unusable):
            newest(said)
    files, questions, last = asked("views")
    assert [q.params.get("page") for q in questions] == [None, "1", "2", "3"]
    assert last == {"run": "fatalities003_2026_09_t01"}
    again, questions, _ = asked("views", last=last)
    assert (again, len(questions)) == ({}, 1), "a run that is in is not asked for again"
    assert list(files) == ["fatalities003_2026_09_t01.json"]


def test_a_run_is_read_as_means_by_origin_and_step() -> None:
    rows = readings("views")["fatalities003_2026_09_t01.json"].tables["forecasts"]
    assert rows.filter(pl.col("place_id") == "SDN")["horizon"].to_list() == [1, 2, 3, 4]
    assert set(rows["origin"]) == {"2026-09"}
    assert set(rows["output_type"]) == {"mean"}
    files, _, _ = asked("views")
    (parts,) = files.values()
    with pytest.raises(FileRefused, match="a run is expected"):
        read("views", [Part("current.json", p.data) for p in parts], NOW)
    odd = [Part(p.name, p.data.replace(b'"month_id": 562', b'"month_id": 563')) for p in parts]
    assert {i.rule for i in read("views", odd, NOW).issues if i.weight == "row"} >= {"month"}


def test_a_fetched_run_is_handed_in_by_the_rules_of_the_hub_without_the_months_that_are_past(ctx: Context) -> None:
    with pytest.raises(Misuse, match="not a source of forecasts"):
        taken.take(ctx, "ucdp_ged")
    with pytest.raises(Refused, match="Nothing of views"):
        taken.take(ctx, "views")
    files, _, _ = asked("views")
    (parts,) = files.values()
    assert take(ctx, "views", parts, "analyst", origin="test").outcome == "accepted"
    receipts: list[dict] = []
    found, late = taken.take(ctx, "views", enter=receipts.append)
    assert (found.outcome, found.model_id, late) == ("accepted", "views-fatalities", 3)
    assert len(receipts) == 1
    (kept,) = shelf.everything(ctx)
    rows = kept.rows()
    assert sorted(rows["horizon"].unique()) == [2, 3, 4], "October had ended on 23 November"
    assert set(rows["target"]) == {"state_based_deaths"}
    assert taken.take(ctx, "views")[0].outcome == "kept before"
    with pytest.raises(Refused, match="has ended"):
        taken.take(replace(ctx, clock=FixedClock(datetime(2028, 1, 1, tzinfo=UTC))), "views")


def test_v_dems_own_file_is_read_by_its_own_tags_and_the_recode_is_the_codebooks() -> None:
    files, questions, last = asked("vdem")
    assert [q.url.rpartition("/")[2] for q in questions] == ["V-Dem-CY-Core-v16_csv.zip"]
    assert last == {"version": "16"}
    (reading,) = (read("vdem", parts, NOW) for parts in files.values())
    table = reading.tables["country_year"]
    killing = table.filter(pl.col("indicator") == "v2clkill_approved", pl.col("year") == 2025)
    assert dict(killing.select("place_id", "value").rows()) == {"SDN": 1.0, "TCD": 0.0, "CZE": 0.0}
    assert set(table.filter(pl.col("year") == 1990)["place_id"]) == {"SDN", "TCD", "CSK"}, "Czechoslovakia until 1993"
    assert [i.message for i in reading.issues] == ["2 other columns are not read"]
    assert not reading.bad


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda d: d[:-40], "truncated"),
        (lambda d: d.replace(b"v2clkill_ord", b"v2clkill_new"), "columns"),
        (lambda d: d.replace(b"v2x_other_codelow", b"v2x_other"), "columns"),
        (lambda d: d.split(b"\n", 1)[0] + b"\n", "truncated"),
        (lambda d: d.replace(b"Sudan", b"Su\x00dan"), "encoding"),
        (lambda d: d.replace(b"Chad", b"\xff\xfe"), "truncated"),
    ],
)
def test_a_broken_wide_table_is_refused(change, rule: str) -> None:
    from tocsin.evidence.sources.spec import sample_folder

    data = next(sample_folder("vdem").iterdir()).read_bytes()
    with pytest.raises(FileRefused) as refused:
        read("vdem", change(data), NOW, "V-Dem-CY-Core-v16.csv")
    assert refused.value.issue.rule == rule
