"""ViEWS and V-Dem: the newest run by its name and not by its place in a list; V-Dem's own tags among thousands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
from tests.evidence.sources.drive import NOW, asked, readings

from tocsin.core.clock import FixedClock
from tocsin.core.context import Context
from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.fetch.ask import Unusable
from tocsin.evidence.hub import folder, shelf, taken
from tocsin.evidence.sources import FileRefused, Part, read
from tocsin.evidence.sources.views.fetch import newest
from tocsin.evidence.store.load import take

pytestmark = pytest.mark.usefixtures("thin")

METADATA = """team: Team {team}
team_abbr: {team}
model: Model {model}
model_abbr: {model}
method: A constant for every place, invented.
licence: CC BY 4.0
contact: An office
data_until: origin
"""


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
        (lambda d: d.split(b"\n", 1)[0] + b"\n", "empty"),
        (lambda d: d.replace(b"Sudan", b"Su\x00dan"), "encoding"),
        (lambda d: d.replace(b"Chad", b"\xff\xfe"), "encoding"),
    ],
)
def test_a_broken_wide_table_is_refused(change, rule: str) -> None:
    from tocsin.evidence.sources.spec import sample_folder

    data = next(sample_folder("vdem").iterdir()).read_bytes()
    with pytest.raises(FileRefused) as refused:
        read("vdem", change(data), NOW, "V-Dem-CY-Core-v16.csv")
    assert refused.value.issue.rule == rule


def test_the_newest_list_of_an_edition_is_handed_in_with_its_base_year(ctx: Context) -> None:
    files, questions, last = asked("ewp")
    assert last == {"list": "forecasts2Sep2026.csv"}, "the last by the date in its name"
    assert [urlsplit(q.url).hostname for q in questions] == ["api.github.com", "raw.githubusercontent.com"]
    assert asked("ewp", last=last)[0] == {}
    (parts,) = files.values()
    assert take(ctx, "ewp", parts, "analyst", origin="test").outcome == "accepted"
    found, late = taken.take(ctx, "ewp")
    assert (found.outcome, found.model_id, late) == ("accepted", "ewp-sra", 0)
    (kept,) = shelf.everything(ctx)
    assert kept.rows().sort("value")["place_id"].to_list() == ["AUT", "MMR", "TCD", "SDN"]
    assert (kept.about["origins"], kept.about["targets"]) == (["2025"], ["mass_killing_onset"])


def test_the_real_list_of_an_edition_is_read_to_the_last_row(ctx: Context, shared: Path) -> None:
    data = (shared / "data" / "peers" / "ewp_2025" / "forecasts3Sep2025.csv").read_bytes()
    reading = read("ewp", data, NOW, "forecasts3Sep2025.csv")
    assert (reading.rows_in, len(reading.bad), reading.tables["forecasts"].height) == (168, 0, 168)
    with pytest.raises(FileRefused):
        read("ewp", data.replace(b"risk_1or2", b"risk_3or4"), NOW, "forecasts3Sep2025.csv")


def test_a_hub_on_disk_is_handed_in_file_by_file_and_a_bad_one_stops_no_other(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="model-output"):
        folder.rounds(tmp_path)
    row = "2025,mass_killing_onset,{place},2,pmf,yes,{p}\n"
    head = "origin,target,location,horizon,output_type,output_type_id,value\n"
    for model, text in (("alpha-one", row.format(place="SDN", p=0.2)), ("alpha-two", row.format(place="SDN", p=1.2))):
        (tmp_path / "model-output" / model).mkdir(parents=True)
        (tmp_path / "model-output" / model / f"2025-12-31-{model}.csv").write_text(head + text, "utf-8")
        (tmp_path / "model-metadata").mkdir(exist_ok=True)
        said = METADATA.format(team="alpha", model=model.partition("-")[2])
        (tmp_path / "model-metadata" / f"{model}.yml").write_text(said, "utf-8")
    found = [folder.hand_in(ctx, file, metadata) for file, metadata in folder.rounds(tmp_path)]
    assert [(o.outcome, o.file) for o in found] == [
        ("accepted", "2025-12-31-alpha-one.csv"), ("refused", "2025-12-31-alpha-two.csv"),
    ]  # fmt: skip
    assert [s.model_id for s in shelf.everything(ctx)] == ["alpha-one"]
    (tmp_path / "model-metadata" / "alpha-one.yml").write_bytes(b"made_at: 2026-02-31\n")
    (tmp_path / "model-metadata" / "alpha-two.yml").unlink()
    bad, none = [folder.hand_in(ctx, file, metadata) for file, metadata in folder.rounds(tmp_path)]
    assert (bad.outcome, bad.rules["metadata"]) == ("refused", 1)
    assert "not read as YAML" in str(bad.issues[0]["message"])
    assert (none.outcome, none.rules) == ("refused", {"metadata": 1})
    assert "alpha-two has no metadata" in str(none.issues[0]["message"])
