"""Mass killing apart from conflict: a place's course, the places where the two risks part, and what no label sees."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.outcomes import outcome
from tocsin.core.numbers import percent
from tocsin.desk.charts.course import Stop, course
from tocsin.desk.charts.svg import Chart
from tocsin.desk.facts import CONFLICT, ONSET, Picture, Row

HIGH = 2.0
"""Times its base rate from which a risk counts as high where the two part; the other must lie under its own."""

LISTED = 12


def base(pic: Picture) -> dict[str, float]:
    """Return the two base rates as the quadrant names them."""
    return {"onset": pic.base[ONSET], "conflict": pic.base[CONFLICT]}


def drawn(pic: Picture, place: Row) -> Chart | None:
    """Draw a place's course over the years that both records have, and now; None with fewer than two."""
    conflict = {r["base_year"]: r["p"] for r in place["conflict_record"]}
    stops = [
        Stop(r["base_year"], r["p"], conflict[r["base_year"]], r["onset_within"])
        for r in place["record"]
        if r["base_year"] in conflict
    ]
    row = place["board"]
    year = pic.run.base_year
    if year and row["p_onset"] and row["p_conflict"] and not any(s.year >= year for s in stops):
        stops.append(Stop(year, row["p_onset"], row["p_conflict"], None))
    return course(stops, base(pic), key="course", name=row["name"]) if len(stops) > 1 else None


def parted(pic: Picture) -> dict[str, Any]:
    """Return the places high on one risk and under the base rate of the other, highest first."""
    rates = base(pic)
    both = [r for r in pic.rows if r["p_onset"] is not None and r["p_conflict"] is not None]
    killing = [r for r in both if r["p_onset"] >= HIGH * rates["onset"] and r["p_conflict"] < rates["conflict"]]
    war = [r for r in both if r["p_conflict"] >= HIGH * rates["conflict"] and r["p_onset"] < rates["onset"]]
    killing.sort(key=lambda r: (-r["p_onset"], r["name"]))
    war.sort(key=lambda r: (-r["p_conflict"], r["name"]))
    return {
        "killing": killing[:LISTED],
        "war": war[:LISTED],
        "more_killing": max(0, len(killing) - LISTED),
        "more_war": max(0, len(war) - LISTED),
        "high": HIGH,
    }


def followed(pic: Picture) -> list[dict[str, str]]:
    """Return how often an onset followed, counted over past rolling records, in words; nothing in an older run."""
    return [
        {
            "where": line["where"],
            "counts": f"{line['onsets']} of {line['rows']:,}",
            "share": percent(line["share"]),
            "interval": f"{percent(line['low'])} to {percent(line['high'])}",
            "years": f"{line['first']}–{line['last']}" if line["first"] else "none",
        }
        for line in pic.run.apart
    ]


def unseen() -> list[str]:
    """Return what the label of mass killing leaves out, as its outcome declares it."""
    return list(outcome(ONSET).leaves_out)
