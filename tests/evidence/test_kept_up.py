"""What is known less of a place lowers no number shown of it: years and months, for as long as it is known less."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.evidence import small

from tocsin.core.months import month_index, month_text
from tocsin.evidence.forecast import hub
from tocsin.evidence.forecast.violence import kept
from tocsin.evidence.history import Earlier
from tocsin.evidence.kept_up import MONTHS, NUMBER, OF_NO_PLACE, keep_up

DARK, LIT = "TCD", "SDN"
CALM = "climatology_monthly"


@dataclass(frozen=True)
class Said(Earlier):
    """An earlier run in memory."""

    frames: dict[str, pl.DataFrame]

    def has(self, name: str) -> bool:
        return name in self.frames

    def table(self, name: str) -> pl.DataFrame:
        return self.frames[name]


@pytest.fixture(scope="module")
def ahead() -> pl.DataFrame:
    """The months ahead as the real model told them from the bundled figures, of two places."""
    rows = pl.read_parquet(kept.FOLDER / kept.TABLE).select(pl.col(c).cast(t) for c, t in hub.SCHEMA.items())
    return rows.filter(pl.col("place_id").is_in([DARK, LIT]))


def frames(ahead: pl.DataFrame, month: str, lower: float = 1.0, risk: float = 1.0, **how: Any) -> dict[str, Any]:
    """A run's tables: months ahead made lower by a factor (in deaths and in chances), yearly risks by another."""
    told = small.evidence({p: r * risk for p, r in small.RISKS.items()}, **how).tables
    scaled = ahead.with_columns(
        origin=pl.lit(month),
        value=pl.when(pl.col("model_id") == CALM).then("value").otherwise(pl.col("value") * lower),
    )
    return {**told, "forecasts": hub.checked(pl.concat([told["forecasts"], scaled]))}


def earlier(tables: dict[str, Any], n: int, months_to: str, held: Any = ()) -> Said:
    about = {"violence": {"origin": months_to}}
    said = {"run_id": f"run{n}", "as_of": f"2026-0{n}-01", "about": about, "held": list(held)}
    return Said(Path(), said, [], tables)


def dark(month: str, place: str = DARK) -> list[dict[str, Any]]:
    return [{"place_id": place, "since": month_text(month_index(month) + 1), "dark": month, "said": "few"}]


def numbers(tables: dict[str, Any], place: str) -> dict[tuple[Any, ...], float]:
    rows = tables["forecasts"].filter(pl.col("place_id") == place).select(*NUMBER, "value").iter_rows()
    return {tuple(row[:-1]): row[-1] for row in rows}


def fallen(before: dict[str, Any], after: dict[str, Any], place: str) -> list[Any]:
    was, now = numbers(before, place), numbers(after, place)
    return [k for k in was if k[0] != OF_NO_PLACE and now.get(k, -1.0) < was[k]]


def test_the_months_ahead_of_a_dark_place_do_not_fall_and_others_do(ahead: pl.DataFrame) -> None:
    then, now = frames(ahead, "2025-10"), frames(ahead, "2025-12", 0.2, 0.5)
    out, said, held = keep_up(now, [earlier(then, 1, "2025-10")], dark("2025-11"))
    assert fallen(then, out, DARK) == []
    assert numbers(out, LIT) == numbers(now, LIT), "figures that are there may lower a risk"
    assert {h["what"] for h in held} == {"years", "months"} and {h["place_id"] for h in held} == {DARK}
    assert all(h["before"] == {"run_id": "run1", "as_of": "2026-01-01", "months_to": "2025-10"} for h in held)
    assert any("months ahead" in s and DARK in s and "run1" in s for s in said)
    assert set(out["forecasts"].filter(MONTHS & (pl.col("place_id") == DARK))["origin"]) == {"2025-12"}
    assert hub.checked(out["forecasts"]).height == now["forecasts"].height
    marked = out["coverage"].filter(pl.col("stale"))["place_id"].to_list()
    assert marked == [DARK]


def test_the_first_dark_month_lowers_nothing_either(ahead: pl.DataFrame) -> None:
    """One quiet month is not yet a collapse: the run between has fallen already, and the one before it is held."""
    lit, half = frames(ahead, "2025-10"), frames(ahead, "2025-11", 0.5, 0.8)
    now = frames(ahead, "2025-12", 0.1, 0.3)
    runs = [earlier(lit, 1, "2025-10"), earlier(half, 2, "2025-11")]
    out, _, held = keep_up(now, runs, dark("2025-11"))
    assert fallen(lit, out, DARK) == []
    assert held[0]["before"]["run_id"] == "run1" and held[0]["run_id"] == "run2"


def test_what_rises_in_the_dark_stays_risen(ahead: pl.DataFrame) -> None:
    lit, up = frames(ahead, "2025-10", 0.5, 0.5), frames(ahead, "2025-12", 0.9, 0.9)
    held_up, _, _ = keep_up(up, [earlier(lit, 1, "2025-10")], dark("2025-11"))
    assert numbers(held_up, DARK) == numbers(up, DARK)
    down = frames(ahead, "2026-01", 0.1, 0.1)
    runs = [earlier(lit, 1, "2025-10"), earlier(held_up, 2, "2025-12")]
    out, _, _ = keep_up(down, runs, dark("2025-11"))
    assert fallen(up, out, DARK) == []
    back, said, held = keep_up(down, [*runs, earlier(out, 3, "2026-01")], [])
    assert (numbers(back, DARK), said, held) == (numbers(down, DARK), [], []), "reports are back: figures speak again"


def test_a_place_dark_before_the_first_run_is_told_as_such(ahead: pl.DataFrame) -> None:
    first, said, held = keep_up(frames(ahead, "2025-12", 0.2), [], dark("2025-11"))
    assert held == [] and said == [
        "Reporting in 1 place (TCD) had collapsed before the first run here: the months ahead may be too low"
    ]
    second = keep_up(frames(ahead, "2026-01", 0.1), [earlier(first, 1, "2025-12")], dark("2025-11"))
    assert fallen(first, second[0], DARK) == [], "from the first run on nothing falls"
    assert "before the first run" in second[1][-1], "and it is said as long as it is so"
    assert {h["before"] for h in second[2]} == {None}


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_a_thinned_place_is_held_until_its_figures_are_back(ahead: pl.DataFrame, year: str) -> None:
    """Not for one run alone, nor to the next base year: its own coverage would forget what had been known."""
    whole = frames(ahead, "2025-10")
    thin = frames(ahead, "2025-11", 0.5, 0.5, present={LIT: 20}, origin=year)
    one, _, held = keep_up(thin, [earlier(whole, 1, "2025-10")])
    assert fallen(whole, one, LIT) == [] and {h["lacked"] for h in held} == {0}
    two, _, again = keep_up(thin, [earlier(whole, 1, "2025-10"), earlier(one, 2, "2025-11", held)])
    assert fallen(whole, two, LIT) == [] and again[0]["lacked"] == 0
    yearly = two["forecasts"].filter((pl.col("target") == "mass_killing_onset") & (pl.col("place_id") == LIT))
    assert set(yearly["origin"]) == {year}, "it stands under the year of its run, so that one run has one"
    better = frames(ahead, "2025-12", 0.5, 0.5, origin=year)
    back, said, none = keep_up(better, [earlier(whole, 1, "2025-10"), earlier(two, 3, "2025-11", again)])
    assert (numbers(back, LIT), said, none) == (numbers(better, LIT), [], [])


@pytest.mark.parametrize("seed", range(8))
def test_any_months_held_are_a_forecast_still(ahead: pl.DataFrame, seed: int) -> None:
    """The law: whatever two forecasts say, no number falls, chances stay in order and quantiles do not cross."""
    rng = random.Random(seed)

    def drawn(origin: str, n: int) -> dict[str, Any]:
        """Each lead of a distribution and the whole grid of chances are moved apart: each still in order."""
        factor = {
            (t, h): rng.choice([0.0, 0.2, 1.0, 3.0]) for t, h in ahead.select("target", "horizon").unique().rows()
        }
        chance = rng.uniform(0.05, 1.0)
        by = [
            chance if kind == "pmf" or "_ge" in t else factor[t, h]
            for t, h, kind in ahead.select("target", "horizon", "output_type").iter_rows()
        ]
        moved = ahead.with_columns(value=pl.col("value") * pl.Series(by)).sample(fraction=1, shuffle=True, seed=n)
        gone = rng.sample(range(1, 37), 3)
        kept_rows = (
            moved
            if n < 3
            else moved.filter(~((pl.col("target") == "one_sided_deaths") & pl.col("horizon").is_in(gone)))
        )
        return frames(kept_rows, origin, 1.0, rng.uniform(0.3, 1.2))

    one, two, now = drawn("2025-09", 1), drawn("2025-11", 2), drawn("2025-12", 3)
    runs = [earlier(one, 1, "2025-09"), earlier(two, 2, "2025-11")]
    out, _, _ = keep_up(now, runs, dark("2025-11"))
    assert fallen(one, out, DARK) == [] == fallen(two, out, DARK) == fallen(now, out, DARK)
    told = hub.checked(out["forecasts"])
    mine = told.filter((pl.col("place_id") == DARK) & MONTHS & (pl.col("output_type") == "pmf"))
    ours = mine.filter(pl.col("model_id") == "violence_v1").with_columns(
        floor=pl.col("target").str.extract(r"ge(\d+)").cast(int)
    )
    assert (
        ours.sort("floor", "horizon").with_columns(d=pl.col("value").diff().over("floor"))["d"].drop_nulls() >= 0
    ).all()
    assert (
        ours.sort("horizon", "floor").with_columns(d=pl.col("value").diff().over("horizon"))["d"].drop_nulls() <= 0
    ).all()
    again, _, _ = keep_up(now, runs, dark("2025-11"))
    assert again["forecasts"].equals(out["forecasts"]), "the same inputs give the same bytes"
