"""A forecast handed in is kept as it came, or refused with every reason at once (issue: bad input; M11)."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.hub.handed import DEATHS, at, broken, deaths, hand_in, row, says, write

from tocsin.core.context import Context
from tocsin.core.errors import Damaged, Misuse
from tocsin.evidence.hub import shelf
from tocsin.evidence.hub.submit import submit
from tocsin.evidence.run_folder import sha256


def kept(ctx: Context) -> list[Path]:
    return (
        sorted(p for p in (ctx.settings.home / "hub").rglob("*") if p.is_file()) if ctx.settings.home.exists() else []
    )


def test_a_good_forecast_is_kept_as_it_came_with_the_moment_of_receipt(ctx: Context, tmp_path: Path) -> None:
    found = hand_in(ctx, tmp_path / "a", [row("SDN", 0.2), row("TCD", 0.1)])
    assert found.outcome == "accepted"
    assert found.folder and found.about
    assert found.folder.parent == ctx.settings.home / "hub" / "example-constant" / "2025"
    assert (found.folder / "submitted.csv").read_bytes() == (tmp_path / "a" / "forecast.csv").read_bytes()
    assert found.about["file_sha256"] == sha256((tmp_path / "a" / "forecast.csv").read_bytes())
    assert found.about["received_at"] == "2026-11-23T12:00:00Z"
    assert found.about["standing"] == {"live": 2}
    table = shelf.everything(ctx)[0].rows()
    assert table.select("model_id", "place_id", "value").rows() == [
        ("example-constant", "SDN", 0.2), ("example-constant", "TCD", 0.1),
    ]  # fmt: skip
    missing = [i for i in found.issues if i["rule"] == "missing-places"]
    assert missing and missing[0]["weight"] == "warn"
    assert "places have no forecast" in str(missing[0]["message"])


def test_every_reason_is_told_at_once_and_nothing_is_kept(ctx: Context, tmp_path: Path) -> None:
    rows = [
        row("SDN", 1.2),                                                    # 1 a probability above 1
        row("Atlantis"),                                                    # 2 no such place
        row("Congo"),                                                       # 3 two places
        row("TCD", ""),                                                     # 4 empty
        row("MLI", "NaN"),                                                  # 5 not a number
        row("NER", "many"),                                                 # 6 not a number
        row("ETH", 0.1, target="doom"),                                     # 7 not forecast here
        row("ETH", 0.1, horizon=7),                                         # 8 no such horizon
        row("NGA", 0.1, origin="soon"),                                     # 9 no origin
        row("NGA", 0.1, origin="2026"),                                     # 10 has not ended
        row("MMR"), row("MMR", 0.3),                                        # 11, 12 twice
        row("PAK", 0.1, output_type="cdf"),                                 # 13 not a form of a probability
        row("IND", 0.1, output_type_id="maybe"),                            # 14 nor this
        row("BFA", 0.2), row("BFA", 0.3, output_type="quantile", output_type_id="0.05"),  # 15, 16 outside
        row("CAF", 0.1, output_type="quantile", output_type_id="0.95"),     # 17 an interval of nothing
        deaths("SDN", 0.5, 9), deaths("SDN", 0.9, 4),                       # 18, 19 cross
        deaths("TCD", 0.5, -1),                                             # 20 below zero
        deaths("TCD", 1.5, 3),                                              # 21 no level
        row("SSD", 0.1, origin="2020"),                                     # 22 over, and data from after it
    ]  # fmt: skip
    found = hand_in(ctx, tmp_path / "a", rows, licence=None)
    assert found.outcome == "refused"
    assert broken(found) >= {
        ("probability", 1, "value"), ("unknown-place", 2, "place_id"), ("ambiguous-place", 3, "place_id"),
        ("not-a-number", 4, "value"), ("not-a-number", 5, "value"), ("not-a-number", 6, "value"),
        ("unknown-target", 7, "target"), ("unknown-horizon", 8, "horizon"), ("wrong-origin", 9, "origin"),
        ("wrong-origin", 10, "origin"), ("duplicate", 11, "place_id"), ("duplicate", 12, "place_id"),
        ("output-type", 13, "output_type"), ("output-type-id", 14, "output_type_id"), ("interval", 16, "value"),
        ("no-probability", 17, "output_type"), ("crossing", 19, "value"), ("negative", 20, "value"),
        ("output-type-id", 21, "output_type_id"), ("after-outcome", 22, "origin"),
        ("could-have-seen", None, "data_until"), ("metadata", None, "licence"),
    }  # fmt: skip
    for issue in found.issues:
        assert {"file", "row", "column", "value", "rule", "message"} <= issue.keys()
    assert next(i for i in found.issues if i["rule"] == "unknown-place")["value"] == "Atlantis"
    assert kept(ctx) == []


def test_rows_that_are_right_are_not_accused(ctx: Context, tmp_path: Path) -> None:
    found = hand_in(ctx, tmp_path / "a", [row("SDN", 1.2), row("TCD", 0.1), row("Myanmar (Burma)", 0.2)])
    assert broken(found) == {("probability", 1, "value")}


@pytest.mark.parametrize("column", ["target", "place_id", "horizon", "output_type", "output_type_id"])
def test_a_misspelt_column_is_named_and_the_others_are_still_checked(column: str, ctx: Context, tmp_path: Path) -> None:
    rows = [{("x" + k if k == column else k): v for k, v in row("SDN", 1.2).items()}]
    found = hand_in(ctx, tmp_path / "a", rows)
    assert ("columns", None, column) in broken(found)
    assert any(i["rule"] == "columns" and i["column"] == f"x{column}" for i in found.issues)
    assert not any(i["column"] == column and i["rule"] != "columns" for i in found.issues)
    assert kept(ctx) == []


def test_a_file_without_the_value_column_says_which_columns_it_needs(ctx: Context, tmp_path: Path) -> None:
    found = hand_in(ctx, tmp_path / "a", [{"country": "SDN", "risk": 0.1}])
    assert next(i["rule"] for i in found.issues if i["weight"] == "file") == "columns"
    assert "output_type_id, value" in str(found.issues[0]["message"]) + str(found.issues[-1]["message"])


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>502</body></html>", b"PAR1nonsense", b"\xff\xfe\x00", b"origin,value\n"]
)
def test_what_is_no_table_is_refused(data: bytes, ctx: Context, tmp_path: Path) -> None:
    file = tmp_path / "forecast.csv"
    file.write_bytes(data)
    for shape in ("hubverse", "human", "ewp", "views"):
        found = submit(ctx, file, says(tmp_path / "about.yml"), shape)
        assert found.outcome == "refused"
    assert kept(ctx) == []


def test_metadata_that_say_too_little_or_too_much_are_told_entry_by_entry(ctx: Context, tmp_path: Path) -> None:
    found = hand_in(ctx, tmp_path / "a", [row()], team_abbr="Bad Name", method=None, data_until=None, colour="red")
    assert {c for r, _, c in broken(found) if r == "metadata"} == {"team_abbr", "method", "colour"}
    own = hand_in(ctx, tmp_path / "a", [row()], team_abbr="yourteam")
    assert ("metadata", None, "team_abbr") in broken(own)
    late = hand_in(ctx, tmp_path / "a", [row()], data_until=None)
    assert broken(late) == {("metadata", None, "data_until")}
    (tmp_path / "a" / "about.yml").write_text("]: not yaml", encoding="utf-8")
    assert submit(ctx, tmp_path / "a" / "forecast.csv", tmp_path / "a" / "about.yml").rules == {"metadata": 1}


def test_what_could_have_seen_its_outcome_is_refused_and_hindcasts_must_say_so(ctx: Context, tmp_path: Path) -> None:
    seen = hand_in(ctx, tmp_path / "a", [row()], data_until="2026-01-31")
    assert seen.rules == {"could-have-seen": 1}
    over = [row(origin="2010"), row(origin="2012")]
    assert hand_in(ctx, tmp_path / "a", over, data_until="origin").rules == {"after-outcome": 2}
    assert hand_in(ctx, tmp_path / "a", [row()], data_until="2027-01-01").rules == {"future": 1, "could-have-seen": 1}
    said = hand_in(ctx, tmp_path / "a", over, data_until="origin", retrospective="true")
    assert said.outcome == "accepted"
    assert said.about and said.about["standing"] == {"after the fact": 2}
    assert said.folder and said.folder.parent.name == "2010_to_2012"


def test_an_origin_must_be_the_one_the_metadata_name(ctx: Context, tmp_path: Path) -> None:
    assert hand_in(ctx, tmp_path / "a", [row(origin="2024")], origin="2025").rules["wrong-origin"] == 1
    rows = [{k: v for k, v in row().items() if k != "origin"}]
    assert hand_in(ctx, tmp_path / "a", rows, origin="2025").outcome == "accepted"
    assert hand_in(ctx, tmp_path / "a", rows).rules == {"columns": 1}
    date = hand_in(ctx, tmp_path / "b", [row("TCD", origin="2025-12-31")])
    assert date.about and date.about["origins"] == ["2025"]
    assert hand_in(ctx, tmp_path / "b", [row(origin="2025-12-30")]).rules == {"wrong-origin": 1}


def test_a_second_submission_stands_beside_the_first_and_the_same_again_changes_nothing(
    ctx: Context, tmp_path: Path
) -> None:
    first = hand_in(ctx, tmp_path / "a", [row("SDN", 0.2)])
    before = {p: p.read_bytes() for p in kept(ctx)}
    again = hand_in(at(ctx, "2026-11-24"), tmp_path / "a", [row("SDN", 0.2)])
    assert (again.outcome, again.folder) == ("kept before", first.folder)
    assert {p: p.read_bytes() for p in kept(ctx)} == before
    second = hand_in(at(ctx, "2026-11-25"), tmp_path / "a", [row("SDN", 0.4)])
    assert second.folder and first.folder and second.folder.parent == first.folder.parent
    assert {p: p.read_bytes() for p in before} == before
    assert [s.about["received_at"][:10] for s in shelf.everything(ctx)] == ["2026-11-23", "2026-11-25"]


def test_a_kept_file_that_was_altered_is_damage(ctx: Context, tmp_path: Path) -> None:
    folder = hand_in(ctx, tmp_path / "a", [row()]).folder
    assert folder
    (folder / "submitted.csv").write_text("other", encoding="utf-8")
    with pytest.raises(Damaged, match="not what was written"):
        shelf.everything(ctx)


def test_the_same_file_at_the_same_moment_gives_the_same_bytes(ctx: Context, tmp_path: Path) -> None:
    folder = hand_in(ctx, tmp_path / "a", [row("SDN", 0.2), row("TCD", 0.1)]).folder
    assert folder
    first = {p.name: p.read_bytes() for p in folder.iterdir()}
    folder.rename(tmp_path / "moved")
    again = hand_in(ctx, tmp_path / "a", [row("SDN", 0.2), row("TCD", 0.1)]).folder
    assert again == folder
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == first


def test_counts_come_as_quantiles_or_samples(ctx: Context, tmp_path: Path) -> None:
    rows = [deaths("SDN", q, v) for q, v in ((0.1, 0), (0.5, 40), (0.9, 300))]
    rows += [deaths("TCD", n, 3 * n, output_type="sample") for n in range(4)]
    rows += [deaths("MLI", "", 12, output_type="mean")]
    found = hand_in(ctx, tmp_path / "a", rows, data_until="2025-12-31")
    assert found.outcome == "accepted", found.issues
    one = shelf.everything(ctx)[0]
    samples = one.samples()
    assert samples is not None
    assert samples.select("place_id", "samples").rows() == [("TCD", [0.0, 3.0, 6.0, 9.0])]
    assert set(one.rows()["output_type"]) == {"quantile", "mean"}
    assert one.about["targets"] == [DEATHS]
    assert one.about["questions"] == 3


def test_the_same_table_as_parquet_is_the_same_forecast(ctx: Context, tmp_path: Path) -> None:
    rows = [row("SDN", 0.2), row("TCD", 0.125)]
    file = tmp_path / "forecast.parquet"
    pl.DataFrame(rows).write_parquet(file)
    found = submit(ctx, file, says(tmp_path / "about.yml"))
    assert found.outcome == "accepted", found.issues
    assert shelf.everything(ctx)[0].rows()["value"].to_list() == [0.2, 0.125]


def test_places_go_by_letters_names_and_numbers_of_a_declared_list(ctx: Context, tmp_path: Path) -> None:
    for n, (codes, word) in enumerate(
        (("iso3", "sdn"), ("iso3", "Sudan"), ("cow", "625"), ("gw", "625"), ("views", "245"))
    ):
        found = hand_in(ctx, tmp_path / str(n), [row(word)], places=codes, model_abbr=f"m{n}")
        assert found.outcome == "accepted", (codes, found.issues)
    assert {p for s in shelf.everything(ctx) for p in s.rows()["place_id"]} == {"SDN"}
    assert "which list" in str(hand_in(ctx, tmp_path / "x", [row("625")]).issues[0]["message"])
    gaza = hand_in(ctx, tmp_path / "y", [row("PSE")], model_abbr="gaza")
    assert gaza.outcome == "accepted"
    assert any(i["rule"] == "not-scored" for i in gaza.issues)


def test_misuse_is_told_apart_from_a_bad_file(ctx: Context, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="hubverse, ewp, views, human"):
        submit(ctx, tmp_path / "a", tmp_path / "b", "excel")
    with pytest.raises(Misuse, match="no file"):
        submit(ctx, tmp_path / "a", tmp_path / "b")


CELL = st.one_of(st.text(max_size=6), st.floats().map(str), st.integers(-3, 3000).map(str))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(list(row())), CELL), max_size=3))
def test_whatever_stands_in_a_cell_is_taken_or_told_with_its_row(
    ctx: Context, tmp_path: Path, spoiled: list[tuple[str, str]]
) -> None:
    good, bad = row("TCD", 0.1), {**row("SDN", 0.2), **dict(spoiled)}
    found = hand_in(ctx, tmp_path / "a", [good, bad])
    if found.outcome == "refused":
        told = [i for i in found.issues if i["weight"] in ("row", "file")]
        assert told
        assert all(i["row"] in (2, None) for i in told), told
    else:
        assert all(
            0 <= v <= 1 for s in shelf.everything(ctx) for v in s.rows()["value"] if s.rows()["unit"][0] == "year"
        )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_quantiles_are_taken_exactly_when_they_do_not_cross(ctx: Context, tmp_path: Path, values: list[int]) -> None:
    rows = [
        deaths("SDN", level, v) for level, v in zip((0.9, 0.1, 0.5), (values[2], values[0], values[1]), strict=True)
    ]
    found = hand_in(ctx, tmp_path / "a", rows)
    assert found.accepted is (values == sorted(values)), found.issues
    assert found.accepted or set(found.rules) == {"crossing"}


def test_what_could_steer_a_terminal_is_neither_kept_nor_repeated(ctx: Context, tmp_path: Path) -> None:
    bad = hand_in(ctx, tmp_path / "a", [row("\x1b[2JSDN")], licence='"\\e[31mred"')
    assert bad.outcome == "refused"
    assert "\x1b" not in json.dumps([i["value"] for i in bad.issues], ensure_ascii=False)
    good = hand_in(ctx, tmp_path / "b", [row()], team='"Office \\e[31mred"')
    assert good.about and good.about["metadata"]["team"] == "Office [31mred"


def test_the_form_is_filled_by_what_it_says(ctx: Context, tmp_path: Path) -> None:
    from tocsin.evidence.hub import template

    made = template.write(ctx, "mass_killing_onset", None, "model", tmp_path / "form")
    table = pl.read_csv(made.form, schema_overrides={"origin": pl.String})
    assert made.rows == len(table) > 150
    assert table["value"].null_count() == len(table)
    assert set(made.columns) == set(table.columns)
    assert made.form.name == "2025-12-31-yourteam-yourmodel.csv"
    told = made.metadata.read_text(encoding="utf-8").replace("yourteam", "example").replace("yourmodel", "filled")
    made.metadata.write_text(told, encoding="utf-8")
    file = write(tmp_path / "filled.csv", [{**r, "value": 0.01} for r in table.rows(named=True)])
    found = submit(ctx, file, made.metadata)
    assert found.outcome == "accepted", found.issues
    assert [i for i in found.issues if i["rule"] == "missing-places"] == []
    with pytest.raises(Exception, match="is there already"):
        template.write(ctx, "mass_killing_onset", None, "model", tmp_path / "form")
    assert json.loads((found.folder / "submission.json").read_bytes())["places"] == made.rows  # type: ignore[operator]
