"""State-based deaths against the benchmarks and a participant of the ViEWS prediction challenge 2023/24.

    python benchmarks/state_based_vs_views.py FOLDER [--first 2018] [--last 2021] [--draws 300] [--json FILE]

FOLDER is peers/views_2023 as its carriers serve it. Windows are calendar years, forecast from October of the year
before (leads 3 to 14). First the mean CRPS of the released conflictology draws is computed again from draws and
actuals; then ``violence_v1``, learnt from months up to that October, is scored on the same rows. Two vintages meet and
neither is altered: predictors and learning are Tocsin's bundled months (release of 2021), actuals are the challenge's
later copy. Every run is a look at test rows: note it in src/tocsin/catalog/models/looks/violence_v1.yml.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tocsin.core.context import Context
from tocsin.evidence.forecast.models.violence_v1 import distributions, recipe
from tocsin.evidence.forecast.score import crps
from tocsin.evidence.forecast.violence import score as violence
from tocsin.evidence.forecast.violence.counts import LEVELS
from tocsin.evidence.sources.ucdp_ged.read import views_ids

KEY = ["country_id", "month_id"]
VIEWS_ZERO = 1980 * 12 - 1
"""ViEWS counts months from January 1980 as 1; ``core.months`` from year 0."""
PARTICIPANT = "bodentien_rueter_nbinom"


def actuals(folder: Path, year: int) -> pl.DataFrame:
    """Return country_id, month_id and the deaths of a window."""
    path = folder / f"actuals/cm/window=Y{year}/cm_actuals_{year}.parquet"
    return pl.read_parquet(path).select(*KEY, deaths=pl.col("outcome").cast(pl.Float64)).sort(KEY)


def released(path: Path, rows: pl.DataFrame) -> np.ndarray:
    """Return the CRPS (n,) of a file of draws on the rows of a window, in their order."""
    draws = pl.read_parquet(path)
    value = next(c for c in draws.columns if c not in (*KEY, "draw"))
    drawn = draws.sort(*KEY, "draw").group_by(KEY, maintain_order=True).agg(pl.col(value).cast(pl.Float64))
    both = rows.join(drawn, on=KEY, how="left", maintain_order="left")
    found = np.full(len(both), np.nan)
    sizes = both[value].list.len().fill_null(0).to_numpy()
    for size in np.unique(sizes[sizes > 0]):
        at = np.flatnonzero(sizes == size)
        table = np.array(both[value].gather(at).to_list())
        found[at] = crps.of_sample(table, both["deaths"].to_numpy()[at])
    return found


def ours(here: violence.World, rows: pl.DataFrame, year: int, seed: int) -> dict[str, np.ndarray]:
    """Return the CRPS (n,) of each of our models on the rows of a window; NaN where a row is no place of ours."""
    end = year * 12 - 3
    made = recipe()
    at = here.train.keep(here.train.origin == end)
    number = {p: i for i, p in enumerate(at.place)}
    ids = views_ids()
    place = np.array([number.get(ids.get(str(c), ""), -1) for c in rows["country_id"]])
    lead = rows["month_id"].to_numpy() + VIEWS_ZERO - end
    deaths = rows["deaths"].to_numpy()
    out: dict[str, np.ndarray] = {}
    for step, forecast in distributions(here.train, at, here.final, "sb", end, made, seed, range(3, 15)):
        mine = np.flatnonzero((lead == step) & (place >= 0))
        for model, quantiles in forecast.items():
            values = out.setdefault(model, np.full(len(rows), np.nan))
            values[mine] = crps.of_quantiles(LEVELS, quantiles[place[mine]], deaths[mine])
    return out


def run(folder: Path, first: int, last: int, draws: int) -> dict[str, Any]:
    """Return rows, means by window and ratios of every model to the released and the rebuilt conflictology."""
    ctx = Context()
    here = violence.load(ctx, recipe())
    country, year_of, values = [], [], {}
    windows = []
    for year in range(first, last + 1):
        rows = actuals(folder, year)
        scored = {"released conflictology": released(folder / f"bm_conflictology/cm/window=Y{year}/bm_conflictology_cm_{year}.parquet", rows)}  # fmt: skip # noqa: E501
        participant = folder / PARTICIPANT / f"window=Y{year}/bodentien_rueter_cm_nbinom_test_window_{year}.parquet"
        if participant.is_file():
            scored[PARTICIPANT] = released(participant, rows)
        scored |= {("rebuilt conflictology" if m == "conflictology" else m): v for m, v in ours(here, rows, year, ctx.seed_for("views", year)).items()}  # fmt: skip # noqa: E501
        whole = ~np.isnan(np.column_stack(list(scored.values()))).any(axis=1)
        released_mean = float(scored["released conflictology"].mean())
        windows.append(
            {"year": year, "rows": len(rows), "scored": int(whole.sum()), "released_all_rows": released_mean}
        )
        windows[-1] |= {m: float(v[whole].mean()) for m, v in scored.items()}
        country.append(rows["country_id"].to_numpy()[whole])
        year_of.append(np.full(whole.sum(), year))
        for m, v in scored.items():
            values.setdefault(m, []).append(v[whole])
    years, countries = np.concatenate(year_of), np.concatenate(country)
    pooled = {m: np.concatenate(v) for m, v in values.items() if len(v) == len(windows)}
    ratios = {
        rival: {m: _ratio(v, pooled[rival], years, countries, draws) for m, v in pooled.items() if m != rival}
        for rival in ("released conflictology", "rebuilt conflictology")
    }
    return {
        "vintage": "predictors and learning: UCDP GED country-months, release of 2021; actuals: ViEWS copy of 2024",
        "windows": windows,
        "ratios": ratios,
        "draws": draws,
    }


def _ratio(ours_: np.ndarray, rival: np.ndarray, year: np.ndarray, country: np.ndarray, draws: int) -> dict[str, Any]:
    """Return the pooled ratio and the mean of yearly ratios, each with the middle 95% of redraws of countries."""
    names, cluster = np.unique(country, return_inverse=True)
    chance = np.random.default_rng(20231)
    redrawn = []
    for _ in range(draws):
        w = np.bincount(chance.integers(0, len(names), len(names)), minlength=len(names))[cluster].astype(float)
        redrawn.append((crps.ratio(ours_, rival, w), crps.yearly_ratio(ours_, rival, year, w)))
    low, high = np.percentile(np.array(redrawn), [2.5, 97.5], axis=0)
    return {
        "pooled": crps.ratio(ours_, rival),
        "pooled_95": [low[0], high[0]],
        "years": crps.yearly_ratio(ours_, rival, year),
        "years_95": [low[1], high[1]],
    }


def main() -> None:
    """Print both sides, by window, and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--first", type=int, default=2018)
    asked.add_argument("--last", type=int, default=2021)
    asked.add_argument("--draws", type=int, default=300)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    result = run(given.folder, given.first, given.last, given.draws)
    print(result["vintage"])
    for window in result["windows"]:
        print("  ".join(f"{k} {v:.2f}" if isinstance(v, float) else f"{k} {v}" for k, v in window.items()))
    for rival, models in result["ratios"].items():
        print(f"CRPS over that of {rival} [95%, countries redrawn]")
        for m, r in models.items():
            print(f"  {m:26} pooled {r['pooled']:.3f} [{r['pooled_95'][0]:.3f}, {r['pooled_95'][1]:.3f}]", end="  ")
            print(f"mean of years {r['years']:.3f} [{r['years_95'][0]:.3f}, {r['years_95'][1]:.3f}]")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
