"""A small world in the shape of the real one: a dozen places, one year of forecasts, two years of months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from tocsin.catalog.geography import places
from tocsin.core.months import month_index, month_text
from tocsin.evidence.coverage import COVERAGE, MONTHLY, SIGNALS
from tocsin.evidence.forecast import conflict_record, hub, profiles, whatif
from tocsin.evidence.kept import Evidence
from tocsin.evidence.store import Tables
from tocsin.evidence.store.tables import SCHEMAS, SourceState

RISKS = {
    "AFG": 0.03, "BFA": 0.09, "CAF": 0.05, "COD": 0.12, "ETH": 0.08, "IND": 0.07, "MLI": 0.06,
    "MMR": 0.15, "NER": 0.055, "NGA": 0.11, "PAK": 0.10, "SDN": 0.14, "SSD": 0.02, "TCD": 0.13,
}  # fmt: skip
UNDER_WAY = {"MMR": 2021, "SDN": 2023, "BFA": 2019}
LAST = {"NER": 0.01}


def source(source_id: str, **change: Any) -> SourceState:
    said = SourceState(
        id=source_id, title=source_id.upper(), publisher="Publisher", licence="CC BY 4.0", licence_url="https://example.org",
        citation="Cite", status="snapshot", rows=10, newest="2024", retrieved_at=None, cadence_days=30, grace_days=30,
        last_good=None, quarantined=0, issues=[], release="r1", sha256=source_id * 2,
    )  # fmt: skip
    return replace(said, **change)


def tables(deaths: dict[tuple[str, str], int | None] | None = None, sources: list[SourceState] | None = None) -> Tables:
    """Months 2023-01 to 2024-12 for every place, zero unless told; None takes the row out of what is known."""
    deaths = deaths or {}
    months = [month_text(m) for m in range(month_index("2023-01"), month_index("2024-12") + 1)]
    rows = []
    for place in RISKS:
        for month in months:
            n = deaths.get((place, month), 0)
            rows.append((place, month, n, n, n, n, "r1", False))
    killings = [(p, y, None, "state", True, "cite") for p, y in UNDER_WAY.items()]
    frames = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    frames["country_month"] = pl.DataFrame(rows, schema=SCHEMAS["country_month"], orient="row")
    frames["mass_killings"] = pl.DataFrame(killings, schema=SCHEMAS["mass_killings"], orient="row")
    listed = sources or [source("facts_mass_killing"), source("ucdp_ged"), source("vdem")]
    return Tables(**frames, sources=listed)


def forecast(
    model: str, origin: str, target: tuple[str, str, int], ids: list[str], values: dict[str, Any]
) -> pl.DataFrame:
    """Hubverse rows of one model."""
    name, unit, horizon = target
    rows = [
        (model, origin, name, place, horizon, unit, "pmf" if kind == "yes" else "quantile", kind, float(value))
        for kind, each in values.items()
        for place, value in zip(ids, each, strict=True)
    ]
    return pl.DataFrame(rows, schema=hub.SCHEMA, orient="row")


def evidence(
    risks: dict[str, float] | None = None, present: dict[str, int] | None = None, origin: str = "2024"
) -> Evidence:
    """The tables of a run as forecasting would give them."""
    risks, present = RISKS if risks is None else risks, present or {}
    ids = sorted(risks)
    p = np.array([risks[i] for i in ids])
    last = np.array([LAST.get(i, risks[i] * 0.9) for i in ids])
    onset, conflict = ("mass_killing_onset", "year", 2), ("state_based_deaths_ge25", "month", 12)
    forecasts = pl.concat(
        [
            forecast("onset_v1", origin, onset, ids, {"yes": p, "0.05": p / 2, "0.95": np.minimum(p * 2, 1)}),
            forecast("last_forecast", origin, onset, ids, {"yes": last}),
            forecast("conflict_v1", origin, conflict, ids, {"yes": p * 3, "0.05": p, "0.95": p * 5}),
        ]
    )
    coverage = pl.DataFrame(
        [
            (i, places()[i].name, places()[i].region, "under way" if i in UNDER_WAY else "none known", UNDER_WAY.get(i),
             "state" if i in UNDER_WAY else None, present.get(i, 30), 30, False, ["infant_mortality"])
            for i in ids
        ],
        schema=COVERAGE, orient="row",
    )  # fmt: skip
    drivers = pl.DataFrame(
        [
            ("mass_killing_onset", "onset_v1", i, group, value, "what matters")
            for i in ids
            for group, value in (("conflict", 0.7), ("region", -0.2))
        ],
        schema=["target", "model_id", "place_id", "group", "log_odds", "top"], orient="row",
    )  # fmt: skip
    record = pl.DataFrame(
        [(i, y, 0.05, 3, len(ids), y == 2020) for i in ids for y in (2020, 2021)],
        schema=["place_id", "base_year", "p", "rank", "of", "onset_within"], orient="row",
    )  # fmt: skip
    signals = pl.DataFrame(
        [
            (i, "one_sided_deaths", MONTHLY["one_sided_deaths"], "deaths", month, value, status, "ucdp_ged", "r1")
            for i in ids
            for month, value, status in (("2021-06", 3.0, "observed"), ("2021-07", None, "gap"))
        ],
        schema=SIGNALS, orient="row",
    )  # fmt: skip
    asked = ("Trade as at the median place (90, now 40)", "median", "trade_log2")
    changes = [("mass_killing_onset", "onset_v1", i, *asked, risks[i], risks[i] / 2) for i in ids]
    likes = [("mass_killing_onset", "onset_v1", i, 1, "RWA", 1993, 0.4, True, 50, 6, 0.053, 0.224) for i in ids]
    fought = [(i, y, 0.3, y == 2020, True) for i in ids for y in (2020, 2021)]
    about = {
        "degraded": [],
        "base_rates": {"mass_killing_onset": 0.015, "state_based_deaths_ge25": 0.2},
        "interval": {"level": 0.9, "kind": "redraws of countries"},
        "models": [{"id": "onset_v1"}],
        "about": {},
    }
    shown = {
        "forecasts": forecasts,
        "coverage": coverage,
        "drivers": drivers,
        "whatif": pl.DataFrame(changes, schema=whatif.SCHEMA, orient="row"),
        "profiles": pl.DataFrame(likes, schema=profiles.SCHEMA, orient="row"),
        "record": record,
        "conflict_record": pl.DataFrame(fought, schema=conflict_record.SHOWN, orient="row"),
        "signals": signals,
    }
    return Evidence(shown, about)
