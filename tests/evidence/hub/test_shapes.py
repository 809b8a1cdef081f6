"""The Early Warning Project's files, ViEWS draws and answers of people come in as what they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.evidence.hub.handed import ONSET, at, broken, hand_in, says, write

from tocsin.core.context import Context
from tocsin.evidence.forecast.combine import log_odds_mean
from tocsin.evidence.hub import answers, shelf
from tocsin.evidence.hub.submit import Outcome, submit


def ewp(code: int, base: int, risk: object = 0.05) -> dict[str, object]:
    """A row of the rolling file."""
    return {
        "": 1, "year": base + 1, "ewp_name": "A place", "ccode": code, "mk_onset": 0, "prev_year": base,
        "two_years_prior": base - 1, "risk_prev": risk, "rank_prev": 1, "risk_two_years_prior": "NA",
        "rank_two_years_prior": "NA", "maxrisk2": risk, "minrank2": 1,
    }  # fmt: skip


def test_the_rolling_file_is_read_by_cow_number_and_base_year(ctx: Context, tmp_path: Path) -> None:
    rows = [ewp(625, 2010, 0.2), ewp(625, 2011, 0.3), ewp(490, 2010, 0.1), ewp(490, 2011, "NA")]
    found = hand_in(ctx, tmp_path / "a", rows, "ewp", data_until="origin", retrospective="true")
    assert found.outcome == "accepted", found.issues
    table = shelf.everything(ctx)[0].rows()
    assert table.select("place_id", "origin", "horizon", "value").sort("place_id", "origin").rows() == [
        ("COD", "2010", 2, 0.1), ("SDN", "2010", 2, 0.2), ("SDN", "2011", 2, 0.3),
    ]  # fmt: skip
    bad = [ewp(625, 2010, 1.4), ewp(9999, 2010), ewp(490, 2010), ewp(490, 2010)]
    told = hand_in(ctx, tmp_path / "a", bad, "ewp", data_until="origin", retrospective="true")
    assert broken(told) == {
        ("probability", 1, "risk_prev"), ("unknown-place", 2, "ccode"), ("duplicate", 3, "ccode"),
        ("duplicate", 4, "ccode"),
    }  # fmt: skip


def test_the_list_of_one_edition_needs_its_base_year(ctx: Context, tmp_path: Path) -> None:
    rows = [
        {"": 1, "ewp_name": "Burma/Myanmar", "risk_1or2.from2025": 0.1, "risk_rank.from2025": 1},
        {"": 2, "ewp_name": "Chad", "risk_1or2.from2025": 0.08, "risk_rank.from2025": 2},
    ]
    found = hand_in(ctx, tmp_path / "a", rows, "ewp", origin="2025")
    assert found.outcome == "accepted", found.issues
    assert shelf.everything(ctx)[0].rows()["place_id"].to_list() == ["MMR", "TCD"]
    assert hand_in(ctx, tmp_path / "b", rows, "ewp").outcome == "refused"
    other = hand_in(ctx, tmp_path / "c", rows, "ewp", origin="2023", data_until="2023-12-31")
    assert other.outcome == "refused"
    assert "risk_1or2.from2023" in str(other.issues)


def draws(folder: Path, rows: list[tuple[object, object, object, object]], **metadata: object) -> tuple[Path, Path]:
    """Write draws as Parquet, columns in another order than the file's index, and the metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "draws.parquet"
    frame = pl.DataFrame(rows, schema=["country_id", "month_id", "draw", "outcome"], orient="row")
    frame.select("outcome", "draw", "month_id", "country_id").write_parquet(file)
    return file, says(folder / "about.yml", **{"origin": "2026-10", "data_until": "2026-10-31", **metadata})


NOVEMBER_2026 = (2026 - 1980) * 12 + 11
SUDAN, CHAD = 245, 72


def views(ctx: Context, folder: Path, rows: list[tuple[object, object, object, object]], **metadata: object) -> Outcome:
    return submit(ctx, *draws(folder, rows, **metadata), "views")


def test_draws_are_kept_as_lists_a_place_and_step(ctx: Context, tmp_path: Path) -> None:
    rows = [(c, NOVEMBER_2026 + step, d, 10 * step + d) for c in (SUDAN, CHAD) for step in (1, 2) for d in (2, 0, 1)]
    found = views(ctx, tmp_path / "a", rows)
    assert found.outcome == "accepted", found.issues
    samples = shelf.everything(ctx)[0].samples()
    assert samples is not None
    ours = samples.filter(pl.col("place_id") == "SDN").select("origin", "horizon", "samples").rows()
    assert ours == [("2026-10", 2, [10, 11, 12]), ("2026-10", 3, [20, 21, 22])]
    assert found.about and found.about["values"] == 12


def test_bad_draws_are_told_by_row_all_at_once(ctx: Context, tmp_path: Path) -> None:
    month = NOVEMBER_2026 + 1
    rows = [
        (SUDAN, month, 0, 3.0), (SUDAN, month, 0, 4.0), (SUDAN, month, 1, -2.0), (99999, month, 0, 1.0),
        (CHAD, month + 90, 0, 1.0), (CHAD, month, 0, float("nan")), (CHAD, month, None, 2.0),
    ]  # fmt: skip
    found = views(ctx, tmp_path / "a", rows)
    assert broken(found) >= {
        ("duplicate", 1, "draw"), ("duplicate", 2, "draw"), ("negative", 3, "outcome"),
        ("unknown-place", 4, "country_id"), ("unknown-horizon", 5, "month_id"), ("not-a-number", 6, "outcome"),
        ("missing", 7, "draw"),
    }  # fmt: skip
    assert broken(views(ctx, tmp_path / "b", rows[:1], origin=None)) >= {("wrong-origin", None, "origin")}
    late = views(ctx, tmp_path / "c", [(SUDAN, NOVEMBER_2026, 0, 1.0)], origin="2020-01", data_until="2020-01-31")
    assert "unknown-horizon" in late.rules
    over = views(ctx, tmp_path / "d", [(SUDAN, NOVEMBER_2026 - 3, 0, 1.0)], origin="2026-05", data_until="2026-05-31")
    assert over.rules == {"after-outcome": 1}


def person(who: str, place: str, p: object, made: str = "2026-11-01", **change: object) -> dict[str, object]:
    said = {
        "forecaster": who,
        "place_id": place,
        "target": ONSET,
        "origin": "2025",
        "horizon": 2,
        "probability": p,
        "made_at": made,
    }
    return {**said, **change}


def test_people_are_kept_apart_and_scored_as_a_group_too(ctx: Context, tmp_path: Path) -> None:
    rows = [person("desk A", "SDN", 0.5), person("desk B", "SDN", 0.1), person("desk A", "TCD", 0.2)]
    found = hand_in(ctx, tmp_path / "a", rows, "human", kind="human", data_until=None)
    assert found.outcome == "accepted", found.issues
    table = answers.submitted(ctx, ONSET)
    assert set(table["model_id"]) == {"example-constant", "example-constant.desk A", "example-constant.desk B"}
    group = {p: v for m, p, v in table.select("model_id", "place_id", "p").iter_rows() if m == "example-constant"}
    import numpy as np

    assert group["SDN"] == pytest.approx(float(log_odds_mean(np.array([[0.5, 0.1]]))[0]))
    assert group["TCD"] == pytest.approx(0.2)


def test_people_cannot_answer_after_the_question_was_decided(ctx: Context, tmp_path: Path) -> None:
    rows = [
        person("a@example.org", "SDN", 0.5), person("desk", "SDN", 1.5), person("desk", "TCD", 0.1, made="2026-12-01"),
        person("desk", "MLI", 0.1, made="last week"), person("desk", "NER", 0.1, origin="2020"),
        person("desk", "NGA", 0.1, made="2023-01-01", origin="2020"),
    ]  # fmt: skip
    found = hand_in(ctx, tmp_path / "a", rows, "human", kind="human", data_until=None)
    assert broken(found) >= {
        ("forecaster", 1, "forecaster"), ("probability", 2, "probability"), ("future", 3, "made_at"),
        ("not-a-date", 4, "made_at"), ("after-outcome", 5, "made_at"), ("after-outcome", 6, "made_at"),
    }  # fmt: skip
    assert (
        hand_in(ctx, tmp_path / "b", rows[:1], "human", kind="human", data_until=None, retrospective="true").rules[
            "metadata"
        ]
        == 1
    )
    assert hand_in(ctx, tmp_path / "c", [person("desk", "SDN", 0.5)], "human").rules == {"metadata": 1}


def test_a_later_version_counts_but_never_one_that_came_after_the_fact(ctx: Context, tmp_path: Path) -> None:
    def told(moment: str, p: float, **metadata: object) -> None:
        file = tmp_path / moment
        file.mkdir()
        row = {
            "origin": "2022", "target": ONSET, "place_id": "SDN", "horizon": 2,
            "output_type": "pmf", "output_type_id": "yes", "value": p,
        }  # fmt: skip
        made = submit(
            at(ctx, moment), write(file / "f.csv", [row]), says(file / "m.yml", data_until="2022-12-31", **metadata)
        )
        assert made.outcome == "accepted", made.issues

    told("2023-02-01", 0.1)
    told("2023-03-01", 0.2)
    told("2025-06-01", 0.9, retrospective="true")
    table = answers.submitted(ctx, ONSET)
    assert table.select("standing", "p").sort("p").rows() == [("live", 0.2), ("after the fact", 0.9)]
    assert answers.best(table)["p"].to_list() == [0.2]
