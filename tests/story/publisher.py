"""A release as UCDP publishes it: one month of candidate events in the 49 columns, made for the story.

The killing in it never happened. It stands in a place where the bundled figures hold hardly any event, so that whatever
warns, warns because of this file.
"""

from __future__ import annotations

import csv
from pathlib import Path

from tocsin.evidence.sources.spec import spec

MONTH = "2026-03"
PLACE, COUNTRY, NUMBER = "TGO", "Togo", 461
KILLED = (310, 240, 190, 160)

# Places that UCDP's own monthly releases hold in any year, by its names and Gleditsch-Ward numbers.
ELSEWHERE = {
    "Mexico": 70, "Colombia": 100, "Brazil": 140, "Mali": 432, "Benin": 434, "Niger": 436, "Burkina Faso": 439,
    "Cameroon": 471, "Nigeria": 475, "Central African Republic": 482, "Chad": 483, "DR Congo (Zaire)": 490,
    "Uganda": 500, "Kenya": 501, "Somalia": 520, "Ethiopia": 530, "Mozambique": 541, "Sudan": 625, "Iraq": 645,
    "Syria": 652, "Afghanistan": 700, "India": 750, "Pakistan": 770, "Myanmar (Burma)": 775, "Philippines": 840,
}  # fmt: skip


def _event(number: int, country: str, code: int, day: int, kind: int, best: int) -> dict[str, object]:
    """Return one event; columns that no reader needs are filled as releases fill them."""
    date = f"{MONTH}-{day:02d} 00:00:00.000"
    civilians = best if kind == 3 else 0
    return {
        "id": 700000 + number, "relid": f"XXX-2026-{kind}-{number}", "year": 2026, "active_year": "true",
        "code_status": "Clear", "type_of_violence": kind, "conflict_dset_id": 1, "conflict_new_id": 1,
        "conflict_name": f"{country}: conflict", "dyad_dset_id": 1, "dyad_new_id": 1, "dyad_name": f"{country}: dyad",
        "side_a_dset_id": 1, "side_a_new_id": 1, "side_a": "XXX1", "side_b_dset_id": 9999, "side_b_new_id": 1,
        "side_b": "Civilians" if kind == 3 else "XXX2", "number_of_sources": 1, "where_prec": 4,
        "latitude": "8.000000", "longitude": "1.000000", "geom_wkt": "POINT (1 8)", "priogrid_gid": 141123,
        "country": country, "country_id": code, "region": "Africa", "event_clarity": 1, "date_prec": 1,
        "date_start": date, "date_end": date, "deaths_a": 0, "deaths_b": best - civilians,
        "deaths_civilians": civilians, "deaths_unknown": 0, "best": best, "high": best + 5, "low": best,
        "gwnoa": code,
    }  # fmt: skip


def events(*, killing: bool = True) -> list[dict[str, object]]:
    """Return a month of the world: small state-based events everywhere, and the killing of civilians in one place."""
    rows = [(country, code, 1 + turn * 2 + code % 2, 1, 2) for turn in range(10) for country, code in ELSEWHERE.items()]
    if killing:
        rows += [(COUNTRY, NUMBER, 4 + 5 * i, 3, deaths) for i, deaths in enumerate(KILLED)]
    return [_event(number, *row) for number, row in enumerate(rows)]


def release(folder: Path, **which: bool) -> Path:
    """Write the release as the publisher names and shapes it, and return the file."""
    columns = spec("ucdp_ged").shapes["events_full"].columns
    path = folder / "GEDEvent_v26_0_3.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(events(**which))
    return path
