"""Files in the publishers' shapes, written from the bundled figures: loading one must change nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from tocsin.catalog.geography import places
from tocsin.evidence.sources import spec
from tocsin.evidence.sources.vdem.read import SERVED_AS
from tocsin.evidence.sources.worldbank.read import LONG_COLUMNS
from tocsin.evidence.store import snapshot

Row = dict[str, object]


@dataclass(frozen=True)
class PublisherFile:
    """A file before it is written: what a test may spoil."""

    source_id: str
    name: str
    header: list[str]
    rows: list[Row]
    delimiter: str = ","
    year: str = "year"
    place: str = ""
    number: str = ""

    def data(self, *, delimiter: str = "", encoding: str = "utf-8") -> bytes:
        """Return the file's bytes."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(
            out, self.header, restval="", delimiter=delimiter or self.delimiter, lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue().encode(encoding)

    def with_rows(self, change: Callable[[list[Row]], list[Row]]) -> PublisherFile:
        """Return the file with other rows; the rows given may be changed freely."""
        return replace(self, rows=change([dict(r) for r in self.rows]))

    def with_value(self, at: int, column: str, value: object) -> PublisherFile:
        """Return the file with one value spoilt."""
        return self.with_rows(lambda rows: [{**r, column: value} if i == at else r for i, r in enumerate(rows)])


def _codes(system: str, place_id: str, year: int) -> str | None:
    """Return a number that the list of places reads as this place in this year."""
    for code in _numbers(system)[place_id]:
        if places().from_code(system, code, year) == place_id:
            return code
    return None


@cache
def _numbers(system: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {p: [] for p in places().by_id}
    for (name, code), spells in places()._codes.items():
        for spell in spells:
            if name == system:
                found[spell.place_id].append(code)
    return found


def _wide(source_id: str, indicators: list[str]) -> list[Row]:
    table = snapshot.table(source_id, "country_year").filter(pl.col("indicator").is_in(indicators))
    return table.pivot(on="indicator", index=["place_id", "year"], values="value").sort("place_id", "year").to_dicts()


def _columns(source_id: str, shape: str) -> list[str]:
    return list(spec(source_id).shapes[shape].columns)


def ucdp_ged() -> PublisherFile:
    """The last bundled month of events, one row an event."""
    months = snapshot.table("ucdp_ged", "country_month")
    month = months["month"].max()
    rows: list[Row] = []
    kinds = {"state_based_deaths": 1, "non_state_deaths": 2, "one_sided_deaths": 3}
    for place in months.filter(pl.col("month") == month).to_dicts():
        name = places()[place["place_id"]].name
        killed = [k for k in kinds if place[k]]
        for n in range(place["events"]):
            kind = killed[n] if n < len(killed) else "state_based_deaths"
            best = place[kind] if n < len(killed) else 0
            event = {"conflict_name": "A - B", "country": name, "best": best, "type_of_violence": kinds[kind]}
            rows.append({**event, "date": f"{month}-11"})
    for ident, row in enumerate(rows, start=599_990):
        row["id"] = "6e+05" if ident == 600_000 else ident
    header = _columns("ucdp_ged", "events_seven")
    return PublisherFile("ucdp_ged", "ged_events.csv", header, rows, year="date", place="country", number="best")


def ucdp_brd() -> PublisherFile:
    """Battle deaths, one dyad a place and year."""
    rows: list[Row] = []
    for r in _wide("ucdp_brd", ["battle_deaths"]):
        code = _codes("gw", r["place_id"], r["year"])
        if r["battle_deaths"] and code:
            deaths = r["battle_deaths"]
            rows.append(
                {
                    "dyad_id": len(rows) + 1,
                    "year": r["year"],
                    "bd_best": deaths,
                    "bd_low": deaths,
                    "bd_high": deaths,
                    "gwno_loc": code,
                    "gwno_battle": code,
                    "version": "25.1",
                }
            )
    return PublisherFile(
        "ucdp_brd", "BattleDeaths.csv", _columns("ucdp_brd", "dyad_years"), rows, place="gwno_battle", number="bd_best"
    )


def ucdp_prio() -> PublisherFile:
    """Conflicts, one row a conflict and year."""
    rows: list[Row] = []
    for r in _wide("ucdp_prio", ["conflict_intensity", "conflicts_count"]):
        code = _codes("gw", r["place_id"], r["year"])
        for n in range(int(r["conflicts_count"] or 0)):
            rows.append(
                {
                    "conflict_id": f"{r['place_id']}{n}",
                    "location": "A, B",
                    "year": r["year"],
                    "intensity_level": int(r["conflict_intensity"]),
                    "gwno_loc": code,
                    "version": "25.1",
                }
            )
    return PublisherFile(
        "ucdp_prio",
        "UcdpPrioConflict.csv",
        _columns("ucdp_prio", "conflict_years"),
        rows,
        ";",
        place="gwno_loc",
        number="intensity_level",
    )


def vdem() -> PublisherFile:
    """The subset of V-Dem, Correlates of War numbers."""
    rows = []
    for r in _wide("vdem", list(SERVED_AS)):
        code = _codes("cow", r["place_id"], r["year"])
        if code:
            values = {served: r[tag] for tag, served in SERVED_AS.items()}
            rows.append({"COWcode": code, "country_name": "Côte", "year": r["year"], **values})
    return PublisherFile("vdem", "vdem.csv", _columns("vdem", "subset"), rows, place="COWcode", number="freediscussion")


def worldbank() -> PublisherFile:
    """The long file: several series a row."""
    rows = []
    for r in _wide("worldbank", list(LONG_COLUMNS)):
        values = {column: r[code] for code, (column, _, _) in LONG_COLUMNS.items()}
        rows.append(
            {
                "country": places()[r["place_id"]].name,
                "iso2c": "NA",
                "iso3c": r["place_id"],
                "year": r["year"],
                **values,
            }
        )
    return PublisherFile(
        "worldbank", "wdi.csv", _columns("worldbank", "long"), rows, place="iso3c", number="wdi.imrate.new"
    )


def unhcr() -> PublisherFile:
    """Stocks, each place once as origin and once as asylum."""
    rows: list[Row] = []
    for r in _wide("unhcr", ["refugees_from", "refugees_in", "asylum_seekers_from", "idps"]):
        side = {"year": r["year"], "returned_refugees": 0}
        if r["refugees_from"] is not None:
            rows.append(
                {
                    **side,
                    "coo_iso": r["place_id"],
                    "coa_iso": "UNK",
                    "refugees": r["refugees_from"],
                    "asylum_seekers": r["asylum_seekers_from"],
                }
            )
        if r["refugees_in"] is not None:
            rows.append(
                {**side, "coo_iso": "UNK", "coa_iso": r["place_id"], "refugees": r["refugees_in"], "idps": r["idps"]}
            )
    return PublisherFile(
        "unhcr", "population.csv", _columns("unhcr", "population"), rows, place="coo_iso", number="refugees"
    )


def facts_mass_killing() -> PublisherFile:
    """The list of mass killings."""
    led = {"state": "State-Led", "non-state": "Non-State-Led"}
    rows = []
    for n, r in enumerate(snapshot.table("facts_mass_killing", "mass_killings").to_dicts()):
        code = _codes("cow", r["place_id"], r["start_year"])
        rows.append(
            {
                "event_code": f"e{n}",
                "start_year": r["start_year"],
                "end_year": r["end_year"],
                "led_by": led[r["led_by"]],
                "location_cow": code,
            }
        )
    header = _columns("facts_mass_killing", "events")
    return PublisherFile(
        "facts_mass_killing", "killings.csv", header, rows, year="start_year", place="location_cow", number="start_year"
    )


def facts_coups() -> PublisherFile:
    """Country-years with a coup."""
    rows = []
    for r in snapshot.table("facts_coups", "coups").to_dicts():
        rows.append({"ccode": _codes("cow", r["place_id"], r["year"]), "country": "x", "year": r["year"], "cou.any": 1})
    return PublisherFile(
        "facts_coups", "coups.csv", _columns("facts_coups", "country_years"), rows, place="ccode", number="cou.any"
    )


MAKERS = {
    f.__name__: f for f in (ucdp_ged, ucdp_brd, ucdp_prio, vdem, worldbank, unhcr, facts_mass_killing, facts_coups)
}


@cache
def publisher_file(source_id: str) -> PublisherFile:
    """Return the file of a source; a new source adds its maker here, and its contract test runs."""
    return MAKERS[source_id]()
