"""Acute food insecurity by phase: analyses as the IPC's interface answers them, or the tables HDX makes of them.

Shapes and meaning are read from the collector of the Humanitarian Data Exchange (github.com/OCHA-DAP/hdx-scraper-ipc,
src/hdx/scraper/ipc/ipc.py, and its recorded answers of ``population?country=``): an analysis has up to three validity
periods, and for each the people analysed, those in phases 1 to 5 and those in phase 3 or worse.

Phases, "3+" and "all" overlap and periods overlap too: nothing here may be added up. Two analyses of one place and
month can cover different people; both stand, told apart by the month of the analysis and the people it covered.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tocsin.evidence.indicators.popping import by_iso2, by_iso3, month_of, months, not_after, span
from tocsin.evidence.indicators.schema import table
from tocsin.evidence.sources import Reading
from tocsin.evidence.sources.fields import Fields
from tocsin.evidence.sources.issues import Issue

PERSONS, SHARE = "persons", "share of the people analysed"
PHASES = {
    "all": ("analysed", "People analysed"),
    "3+": ("phase3plus", "People in phase 3 or worse"),
    "1": ("phase1", "People in phase 1 (minimal)"),
    "2": ("phase2", "People in phase 2 (stressed)"),
    "3": ("phase3", "People in phase 3 (crisis)"),
    "4": ("phase4", "People in phase 4 (emergency)"),
    "5": ("phase5", "People in phase 5 (catastrophe or famine)"),
}
"""The phase as the long tables write it: our indicator and its name."""
PERIODS = {"": "current", "_projected": "first projection", "_second_projected": "second projection"}
"""Ending of the interface's fields: the validity period as the tables name it."""
AT_A_TIME = 10
"""Analyses that are rows at once: one may list two hundred areas, in three periods and seven phases."""
OFF, SLIGHTLY = 0.05, 0.02
"""By how much a phase may differ from its share of the people analysed, and phases from all of them, as a share."""
FIVE = ("1", "2", "3", "4", "5")
ROUNDED = 1
"""People by which five rounded phases may differ from all of them: so much they do, in 443 of 451 real analyses."""
SCHEMA = {
    "place_id": pl.String, "area": pl.String, "period": pl.String, "until": pl.String, "indicator": pl.String,
    "label": pl.String, "unit": pl.String, "value": pl.Float64, "status": pl.String, "detail": pl.String,
}  # fmt: skip


def read(fields: Fields, name: str) -> Reading:
    """Return ``indicators``: persons and share in each phase, by validity period, for the state and areas in it."""
    return _analyses(fields) if fields.raw.shape_id == "analyses" else _long(fields)


def _long(fields: Fields) -> Reading:
    """Read one row a phase: national, first level, or areas."""
    place = fields.place("Country", by_iso3)
    begin, end = months(fields, "From"), months(fields, "To")
    analysed_on = months(fields, "Date of analysis")
    not_after(fields, "Date of analysis", analysed_on)
    status, phase = fields.pop("Validity period"), fields.pop("Phase")
    fields.flag(~status.is_in(list(PERIODS.values())).fill_null(False), "Validity period", status, "unknown-period",
                f"one of {', '.join(PERIODS.values())} is expected")  # fmt: skip
    fields.flag(~phase.is_in(list(PHASES)).fill_null(False), "Phase", phase, "unknown-phase", "a phase is expected")
    fields.flag(begin > end, "From", begin, "span", "the period ends before it begins")
    number = fields.number("Number", required=True)
    share = fields.number("Percentage", high=1)
    there = fields.raw.columns
    first = fields.pop("Level 1").fill_null("") if "Level 1" in there else pl.Series([""] * len(place))
    inner = fields.pop("Area").fill_null("") if "Area" in there else pl.Series([""] * len(place))
    fields.skip("Total country population")
    columns = {"place_id": place, "first": first, "inner": inner, "period": begin, "until": end, "phase": phase}
    frame = pl.DataFrame({**columns, "status": status, "on": analysed_on, "number": number, "share": share})
    # An analysis begins with its row "all": the running number of that row tells analyses of one month apart.
    frame = frame.with_columns(block=(pl.col("phase") == "all").cum_sum())
    same = ("block", "place_id", "on", "period", "until", "first", "inner", "status")
    fields.flag((phase == "all") & ((share - 1).abs() > SLIGHTLY), "Percentage", share.cast(pl.String), "whole",
                "the row of all people is expected to be all of them")  # fmt: skip
    everybody = (pl.col("phase") == "all") & ((pl.col("share") - 1).abs() <= SLIGHTLY).fill_null(True)
    frame = frame.with_columns(whole=pl.col("number").filter(everybody).first().over(same))
    # A phase whose analysis lost its row of all people would be counted into the analysis above it.
    fields.flag(frame["whole"].is_null(), "Phase", phase, "no-whole", "its analysis has no row of all people")
    twice = frame.select(pl.struct(*same, "phase").is_duplicated()).to_series()
    fields.flag(twice, "Phase", phase, "duplicate", "its analysis has this phase twice")
    strange, odd = _of_another(frame.with_columns(row=fields.rows), same)
    fields.flag(strange, "Number", number.cast(pl.String), "another-analysis",
                "it is not the share of the people analysed that its row says: it may be of another analysis, of which "
                "the row of all people is gone")  # fmt: skip
    fields.note(odd, "Number", "shares", "no phase of the analysis is the share of all people that its row says")
    _add_up(fields, frame, same)
    kept = fields.keep(frame)
    return Reading({"indicators": _rows(kept)})


def _add_up(fields: Fields, frame: pl.DataFrame, same: tuple[str, ...]) -> None:
    """Remark on a row of all people that its five phases do not add up to: every figure of the analysis says it.

    Which of the figures is wrong nobody can tell, and publishers' own are off by up to 0.05: they stay. Off by more
    than ``SLIGHTLY`` the row is named, by less the analyses are counted.
    """
    five = pl.col("phase").is_in(FIVE)
    sums = (
        frame.with_columns(row=fields.rows)
        .filter(~pl.col("row").is_in(list(fields.bad)))
        .group_by(same, maintain_order=True)
        .agg(
            pl.col("row").filter(pl.col("phase") == "all").first(),
            pl.col("whole").first(),
            total=pl.col("number").filter(five).sum(),
            phases=five.sum(),
        )
        .filter((pl.col("phases") == len(FIVE)) & ((pl.col("total") - pl.col("whole")).abs() > ROUNDED))
        .with_columns(much=(pl.col("total") - pl.col("whole")).abs() > SLIGHTLY * pl.col("whole"))
    )
    for row, whole, total in sums.filter("much").select("row", "whole", "total").iter_rows():
        said = f"its five phases add up to {total:,.0f}, not to the {whole:,.0f} people analysed"
        fields.issues.append(Issue("sum", said, row, "Number", f"{whole:.0f}", "warn"))
    slightly = sums.filter(~pl.col("much"))["row"].to_list()
    fields.note(fields.rows.is_in(slightly), "Number", "sum", "the five phases do not add up to the people analysed")


def _of_another(frame: pl.DataFrame, same: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    """Tell which rows belong to another analysis than the one they stand under, and which analyses are odd throughout.

    A piece that is cut out of a file from one analysis to another of the same place and months leaves the first phases
    of one over the last of the other, and no key tells them apart. But a phase is its share of the people analysed:
    where the first ones are, and from one on none is, the others have lost their own row of all people. Publishers' own
    figures are off by 0.03, a single one, or an analysis throughout; by less than ``OFF`` it counts only where the
    phases do not add up either, or a row in between could not be read. Where both are so, none of its phases is known
    to be of it: the row that could not be read may have been another's row of all people.
    """
    off = (pl.col("number") / pl.col("whole") - pl.col("share")).abs()
    filled = (pl.col("phase") != "all") & ((pl.col("number") > 0) | (pl.col("share") > 0))
    five = pl.col("phase").is_in(FIVE)
    total, phases = pl.col("number").filter(five).sum(), five.sum()
    more = total > (1 + SLIGHTLY) * pl.col("whole").first()
    less = (phases == 5) & (total < (1 - SLIGHTLY) * pl.col("whole").first())
    frame = frame.with_columns(
        off=off.fill_nan(0).fill_null(0),
        filled=filled.fill_null(False),
        wrong=(more | less).fill_null(False).over(same),
        gap=(pl.col("row").max() - pl.col("row").min() + 1 > pl.len()).over(same),
    )
    found = pl.Series([False]).new_from_index(0, frame.height)
    for least, where in ((OFF, pl.lit(True)), (SLIGHTLY, pl.col("wrong") | pl.col("gap"))):
        fits, fails = (pl.col("filled") & far for far in (pl.col("off") <= least, pl.col("off") > least))
        last_fit = pl.col("row").filter(fits).max().over(same)
        first_fail = pl.col("row").filter(fails).min().over(same)
        found |= frame.select(
            (where & (first_fail > last_fit) & (pl.col("row") >= first_fail)).fill_null(False)
        ).to_series()
    unknown = frame.with_columns(found=found).select(
        pl.col("wrong") & pl.col("gap") & pl.col("filled") & ~pl.col("found").any().over(same)
    )
    found |= unknown.to_series()
    none = ((pl.col("off") > SLIGHTLY) | ~pl.col("filled")).all().over(same) & pl.col("filled").any().over(same)
    return found, frame.select((none & pl.col("wrong")).fill_null(False)).to_series() & ~found


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Return phases as persons and as shares: one indicator after another, for all at once take twice the memory."""
    people = pl.col("whole").map_elements(_people, return_dtype=pl.String, skip_nulls=False)
    parts: dict[str, pl.DataFrame] = {}
    for phase, (code, label) in PHASES.items():
        named = frame.filter(pl.col("phase") == phase).with_columns(
            area=pl.concat_str(["first", "inner"], separator=" / ").str.strip_chars(" /"),
            until=pl.when(pl.col("until") == pl.col("period")).then(pl.lit("")).otherwise("until"),
            label=pl.lit(label),
            detail=pl.concat_str(pl.lit("analysis of "), "on", pl.lit(", "), people),
        )
        parts[code] = _of_one(named, code, "number", PERSONS)
        if phase != "all":
            parts[f"{code}_share"] = _of_one(named, f"{code}_share", "share", SHARE)
    return pl.concat(parts[code] for code in sorted(parts))  # the order of the table: first by indicator


def _of_one(named: pl.DataFrame, code: str, column: str, unit: str) -> pl.DataFrame:
    """Return the table of one indicator."""
    rows = named.with_columns(indicator=pl.lit(code), value=column, unit=pl.lit(unit)).select(list(SCHEMA))
    return table(rows.unique(maintain_order=True))


def _analyses(fields: Fields) -> Reading:
    """Read the interface's records, one an analysis: the state, its groups and its areas."""
    place = fields.place("country", by_iso2)
    there = set(fields.raw.columns)
    figures = [n for ending in PERIODS for phase in PHASES for n in _names(phase, ending)]
    wanted = ("condition", "analysis_date", *map(_period, PERIODS), *figures, "groups", "areas")
    raw = {c: fields.pop(c) for c in wanted if c in there}
    fields.skip("id", "title", "period", "view_level", "population", "population_percentage", "metadata.*")
    fields.flag(raw["condition"] != "A", "condition", raw["condition"], "condition", "is no acute analysis")
    on = pl.Series([month_of(v) for v in raw["analysis_date"]], dtype=pl.String)
    fields.flag(on.is_null(), "analysis_date", raw["analysis_date"], "not-a-month", "a month is expected, as Jun 2021")
    not_after(fields, "analysis_date", on)
    for ending in PERIODS:
        _spans(fields, raw, ending)
    for column in ("groups", "areas"):
        if column in raw:
            wrong = pl.Series([_broken({column: v}) for v in raw[column]], dtype=pl.Boolean)
            fields.flag(wrong, column, raw[column], "units", "a group or area has a figure that is no number or share")
    frame = fields.keep(pl.DataFrame({"place_id": place, "on": on, **raw}))
    schema = {"place_id": pl.String, "first": pl.String, "inner": pl.String, "period": pl.String, "until": pl.String,
              "phase": pl.String, "status": pl.String, "on": pl.String, "number": pl.Float64, "share": pl.Float64,
              "whole": pl.Float64}  # fmt: skip
    found = [pl.DataFrame(schema=schema)]
    for records in frame.iter_slices(AT_A_TIME):
        rows = [row for record in records.iter_rows(named=True) for row in _of(record)]
        found.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return Reading({"indicators": _rows(pl.concat(found))})


def _spans(fields: Fields, raw: Mapping[str, pl.Series], ending: str) -> None:
    """Quarantine analyses with a validity period that cannot be read, or figures out of their range."""
    column = _period(ending)
    if column in raw:
        wrong = [v is not None and span(v) is None for v in raw[column]]
        fields.flag(pl.Series(wrong), column, raw[column], "span", "two months are expected, as Jun 2021 - Sep 2021")
    for phase in PHASES:
        people, part = _names(phase, ending)
        for name, high in ((people, None), (part, 1.0)):
            if name in raw:
                value = raw[name].cast(pl.Float64, strict=False)
                bad = (raw[name].is_not_null() & value.is_null()) | ~value.is_finite() | (value < 0)
                bad = bad if high is None else bad | (value > high)
                fields.flag(bad, name, raw[name], "not-a-number", "a number of people or a share is expected")


def _of(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of one analysis: of the whole state, then of each group and area the interface lists in it."""
    yield from _phases(record, record, "", "")
    for unit, first, inner in _units(record):
        yield from _phases(record, unit, first, inner)


def _units(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Yield each group and area of an analysis with the names of both. Raises ValueError when they are no lists."""
    for group in _list(record.get("groups")):
        yield group, str(group.get("name") or ""), ""
        for area in _list(group.get("areas")):
            yield area, str(group.get("name") or ""), str(area.get("name") or "")
    for area in _list(record.get("areas")):
        yield area, "", str(area.get("name") or "")


def _broken(record: Mapping[str, Any]) -> bool:
    """Tell whether any group or area of an analysis has a figure that can be none."""
    try:
        for unit, _, _ in _units(record):
            for people, part in (_names(phase, ending) for ending in PERIODS for phase in PHASES):
                _number(unit.get(people))
                _number(unit.get(part), high=1)
    except (ValueError, OverflowError, RecursionError):
        return True
    return False


def _phases(record: Mapping[str, Any], unit: Mapping[str, Any], first: str, inner: str) -> Iterator[dict[str, Any]]:
    """Yield the phases of one unit in each validity period of its analysis; a figure that is null makes no row."""
    for ending, status in PERIODS.items():
        valid = span(record.get(_period(ending)))
        if valid is None:
            continue
        whole = _number(unit.get(_names("all", ending)[0]))
        for phase in PHASES:
            people, part = _names(phase, ending)
            number = _number(unit.get(people))
            if number is not None:
                yield {
                    "place_id": record["place_id"], "first": first, "inner": inner, "period": valid[0],
                    "until": valid[1], "phase": phase, "status": status, "on": record["on"], "number": number,
                    "share": None if phase == "all" else _number(unit.get(part), high=1), "whole": whole,
                }  # fmt: skip


def _period(ending: str) -> str:
    """Return the interface's name of a validity period."""
    return f"{ending.removeprefix('_') or 'current'}_period_dates"


def _names(phase: str, ending: str) -> tuple[str, str]:
    """Return the interface's names of the people in a phase and of their share."""
    if phase == "3+":
        return f"p3plus{ending}", f"p3plus_percentage{ending}"
    stem = "estimated" if phase == "all" else f"phase{phase}"
    return f"{stem}_population{ending}", f"{stem}_percentage{ending}"


def _number(value: Any, high: float = math.inf) -> float | None:
    """Return a figure of the interface, a number or text of one; None for null. Raises ValueError for anything else."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no number")
    number = float(value)
    if not math.isfinite(number) or not 0 <= number <= high:
        raise ValueError("out of range")
    return number


def _people(number: float | None) -> str:
    """Return how many people an analysis covered, in words."""
    return "people analysed not said" if number is None else f"{number:,.0f} people analysed"


def _list(value: Any) -> list[Mapping[str, Any]]:
    """Return a list that the table carries as JSON text; empty when there is none. Raises ValueError for another."""
    found = json.loads(value) if isinstance(value, str) and value else value or []
    if not isinstance(found, list) or not all(isinstance(v, dict) for v in found):
        raise ValueError("no list of groups or areas")
    return found
