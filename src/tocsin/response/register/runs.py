"""Reads run folders: the one source of every number that page, brief, command line and JSON show.

The writer is ``evidence.run_folder``; this side imports nothing of it and trusts nothing: every file is checked against
the folder's manifest before it is read. Tables are read by DuckDB in memory; no file is held open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from tocsin.catalog.models import IN_FORCE
from tocsin.core.errors import Damaged, Misuse
from tocsin.response.register.dated import Window, none_known

FACTS = "facts_mass_killing"
"""The list of mass killings: after the year it ends in, a place without an entry is not known to be calm."""
BATTLE_DEATHS = "ucdp_brd"
"""The yearly deaths that say what came of a forecast of conflict."""
ONSET, CONFLICT = "mass_killing_onset", "state_based_deaths_ge25"
ONSET_MODEL, CONFLICT_MODEL, LAST_MODEL = IN_FORCE[ONSET], IN_FORCE[CONFLICT], "last_forecast"
MONTHS_AHEAD = "(starts_with(target, 'one_sided_deaths') OR target = 'state_based_deaths')"
"""The rows of monthly deaths: several horizons a target, from the newest month."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One run: what run.json says, its warnings and sources, and its tables on demand."""

    folder: Path
    info: Row
    warnings: list[Row]
    cut: list[Row]
    sources: list[Row]
    _places: dict[str, Row] = field(default_factory=dict, compare=False, repr=False)

    @property
    def run_id(self) -> str:
        """The name of the run: its date and the hash of its content."""
        return str(self.info["run_id"])

    @property
    def base_rates(self) -> dict[str, float]:
        """Base rate by target, as printed beside every multiple."""
        return dict(self.info["base_rates"])

    @property
    def base_year(self) -> int | None:
        """The last year whose figures the forecasts and the states rest on; None when the run does not say."""
        said = str(self.info.get("base_year") or "")[:4]
        return int(said) if said.isdigit() else None

    @property
    def facts_to(self) -> int | None:
        """The last year that the list of mass killings covers; None when it is not known."""
        said = str(self.info.get("mass_killings_to") or self._newest_year(FACTS))
        return int(said) if said.isdigit() else None

    def _newest_year(self, source_id: str) -> str:
        return next((str(s.get("newest") or "")[:4] for s in self.sources if s["id"] == source_id), "")

    @property
    def none_known(self) -> str:
        """``none known`` with its date, as every page says it of the places of this run."""
        return none_known(self.base_year, self.facts_to)

    @property
    def standing(self) -> list[Row]:
        """Models that did not speak in this run: model_id, reason, and the run whose forecast stands instead."""
        return list(self.info.get("standing") or [])

    @property
    def apart(self) -> list[Row]:
        """How often an onset followed, with and without conflict, counted over past rolling forecasts."""
        return list((self.info.get("about") or {}).get("apart") or [])

    @cached_property
    def _years_ahead(self) -> dict[str, tuple[int, int]]:
        """The base year of each yearly target's forecast and the whole years after it; an older one where it stands."""
        rows = self.query("forecasts", "model_id IN (?, ?)", [ONSET_MODEL, CONFLICT_MODEL])
        return {r["target"]: (int(r["origin"]), int(r["horizon"]) // (12 if r["unit"] == "month" else 1)) for r in rows}

    def window(self, now: date | None = None, target: str = ONSET) -> Window | None:
        """Return the years the forecast of a target is of, seen from a day (default: the run's as-of date)."""
        if self.base_year is None or target not in self._years_ahead:
            return None
        base, ahead = self._years_ahead[target]
        seen = now or date.fromisoformat(str(self.info["as_of"])[:10])
        deaths = self._newest_year(BATTLE_DEATHS)
        known = self.facts_to if target == ONSET else int(deaths) if deaths.isdigit() else None
        return Window(base + 1, base + ahead, seen, known)

    @property
    def held(self) -> list[Row]:
        """The places for which earlier, higher numbers stand; a run of an earlier version names none."""
        return list(self.info.get("held") or [])

    def when(self, target: str) -> str:
        """Return the years of a forecast as they stand in a sentence: ``in 2025–2026``."""
        window = self.window(target=target)
        if window:
            return f"in {window.dates}"
        return "within two years" if target == ONSET else "within 12 months of the base year"

    @cached_property
    def _windows_said(self) -> dict[str, Row]:
        windows = {t: self.window(target=t) for t in (ONSET, CONFLICT)}
        return {t: w.as_dict() for t, w in windows.items() if w}

    def query(self, table: str, where: str = "true", values: list[Any] | None = None, order: str = "all") -> list[Row]:
        """Return rows of a table. ``where`` and ``order`` are ours, never a user's; values are bound.

        A table that this run's version of Tocsin did not write yet has no rows; one that is lost is damage (``check``).
        """
        path = str(self.folder / f"{table}.parquet")
        if not Path(path).exists():
            return []
        with _database() as connection:
            cursor = connection.execute(
                f"SELECT * FROM read_parquet(?) WHERE {where} ORDER BY {order}",  # noqa: S608
                [path, *(values or [])],
            )
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def counted_months(self) -> dict[str, set[str]]:
        """The months for which each source of monthly figures has one, anywhere."""
        with _database() as connection:
            rows = connection.execute(
                "SELECT DISTINCT source_id, period FROM read_parquet(?) WHERE value IS NOT NULL AND length(period) = 7",
                [str(self.folder / "signals.parquet")],
            ).fetchall()
        found: dict[str, set[str]] = {}
        for source_id, period in rows:
            found.setdefault(source_id, set()).add(period)
        return found

    @cached_property
    def _forecasts(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """Values by (target, model, place) and output type id; the months ahead, of several horizons, are apart."""
        found: dict[tuple[str, str, str], dict[str, float]] = {}
        for r in self.query("forecasts", f"NOT {MONTHS_AHEAD}"):
            found.setdefault((r["target"], r["model_id"], r["place_id"]), {})[r["output_type_id"]] = r["value"]
        return found

    @cached_property
    def _coverage(self) -> dict[str, Row]:
        return {r["place_id"]: r for r in self.query("coverage")}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """Rank of each place with a forecast of onset: 1 is the highest risk; ties go by place."""
        risks = {
            p: v["yes"] for (t, m, p), v in self._forecasts.items() if (t, m) == (ONSET, ONSET_MODEL) and "yes" in v
        }
        return {p: i for i, p in enumerate(sorted(risks, key=lambda p: (-risks[p], p)), 1)}

    def board(self, item: Callable[[str], Any] | None = None) -> list[Row]:
        """Return one row a place: under way first, then by rank, places without a forecast last.

        ``item`` answers what is open on a place (the docket's business); without it the key is null.
        """
        rows = [self._board_row(place_id, item) for place_id in self._coverage]
        return sorted(rows, key=lambda r: (r["state"] != "under way", r["rank"] or 10**6, r["name"]))

    def _board_row(self, place_id: str, item: Callable[[str], Any] | None) -> Row:
        covered = self._coverage[place_id]
        onset = self._forecasts.get((ONSET, ONSET_MODEL, place_id), {})
        conflict = self._forecasts.get((CONFLICT, CONFLICT_MODEL, place_id), {})
        previous = self._forecasts.get((ONSET, LAST_MODEL, place_id), {}).get("yes")
        p, p_conflict, base = onset.get("yes"), conflict.get("yes"), self.base_rates
        return {
            "place_id": place_id,
            "name": covered["name"],
            "region": covered["region"],
            "state": covered["state"],
            "state_said": self.none_known if covered["state"] == "none known" else covered["state"],
            "window": self._windows_said.get(ONSET),
            "conflict_window": self._windows_said.get(CONFLICT),
            "under_way_since": covered["under_way_since"],
            "under_way_led_by": covered["under_way_led_by"],
            "p_onset": p,
            "interval": self._interval(onset, ONSET),
            "rank": self._ranks.get(place_id),
            "of": len(self._ranks),
            "previous": previous,
            "change": None if p is None or previous is None else p - previous,
            "onset_times_base": _times(p, base.get(ONSET)),
            "p_conflict": p_conflict,
            "conflict_interval": self._interval(conflict, CONFLICT),
            "conflict_times_base": _times(p_conflict, base.get(CONFLICT)),
            "coverage": {
                "present": covered["predictors_present"],
                "total": covered["predictors_total"],
                "stale": covered["stale"],
                "carried": covered["carried"],
            },
            "item": item(place_id) if item else None,
        }

    def _violence(self, place_id: str) -> Row | None:
        """Return what is forecast from a month: chances by outcome, horizon and model, and quantiles of counts by lead.

        ``held`` is set where numbers of earlier runs stand because they were higher, ``dark`` where reporting has
        collapsed. ``{"origin", "about", "held", "dark", "chances": [{target, horizon, model_id, yes, low, high}],
        "counts": {target: {model_id: {lead: {level: value}}}}}``; None when the run has no such forecast of the place.
        """
        where = f"place_id = ? AND {MONTHS_AHEAD} AND output_type <> 'sample'"
        rows = self.query("forecasts", where, [place_id], "target, model_id, horizon, output_type_id")
        if not rows:
            return None
        chances: dict[tuple[str, int, str], Row] = {}
        counts: dict[str, dict[str, dict[int, dict[str, float]]]] = {}
        asked = {(r["target"], r["horizon"]) for r in rows if r["output_type"] == "pmf"}
        names = {"yes": "yes", "0.05": "low", "0.95": "high"}
        for r in rows:
            key = (r["target"], r["horizon"])
            if key in asked:
                one = chances.setdefault((*key, r["model_id"]), {"yes": None, "low": None, "high": None})
                one[names[r["output_type_id"]]] = r["value"]
            else:
                leads = counts.setdefault(r["target"], {}).setdefault(r["model_id"], {})
                leads.setdefault(r["horizon"], {})[r["output_type_id"]] = r["value"]
        return {
            "origin": rows[0]["origin"],
            "about": (self.info.get("about") or {}).get("violence") or {},
            "held": next((h for h in self.held if h["place_id"] == place_id and h["what"] == "months"), None),
            "dark": next((q for q in self.info.get("quiet") or [] if q["place_id"] == place_id), None),
            "chances": [{"target": t, "horizon": h, "model_id": m, **v} for (t, h, m), v in sorted(chances.items())],
            "counts": counts,
        }

    def _interval(self, values: dict[str, float], target: str) -> Row | None:
        if "0.05" not in values or "0.95" not in values:
            return None
        said = self.info["interval"]
        # Runs made before the kinds were told apart name that of the forecast of onset alone.
        otherwise = said["kind"] if target == ONSET else f"as the card of {CONFLICT_MODEL} describes it"
        kind = said.get("kinds", {}).get(target, otherwise).removeprefix(f"{said['level']:.0%} interval ")
        return {"low": values["0.05"], "high": values["0.95"], "level": said["level"], "kind": kind}

    def reads(self, target: str) -> list[str] | None:
        """Return the panel columns that the forecast of a target is made of; None when the run does not say."""
        return (self.info.get("about") or {}).get("reads", {}).get(target)

    def group_label(self, group: str) -> str:
        """Return the declared label of a group of columns; its id in words when the run does not have it."""
        labels = (self.info.get("about") or {}).get("groups", {})
        return str(labels.get(group) or group.replace("_", " ").capitalize())

    def covers(self, place_id: str) -> bool:
        """Tell whether the run says anything of a place."""
        return place_id in self._coverage

    def place(self, place_id: str) -> Row:
        """Return everything the run knows of a place: row of the board, forecasts by model, drivers, records, signals.

        Raises Misuse when the run does not cover the place.
        """
        if place_id not in self._coverage:
            raise Misuse(
                f"Run {self.run_id} does not cover {place_id!r}", todo="tocsin board lists the places it covers"
            )
        if place_id not in self._places:
            mine = {(t, m): v for (t, m, p), v in self._forecasts.items() if p == place_id}
            models = [
                {"target": t, "model_id": m, "p": v.get("yes"), "interval": self._interval(v, t)}
                for (t, m), v in sorted(mine.items())
            ]
            one = "place_id = ?"
            ours = f"{one} AND model_id IN (?, ?)"
            self._places[place_id] = {
                "board": self._board_row(place_id, None),
                "coverage": self._coverage[place_id],
                "forecasts": models,
                "violence": self._violence(place_id),
                "drivers": [
                    {**d, "label": self.group_label(d["group"])}
                    for d in self.query(
                        "drivers", ours, [place_id, ONSET_MODEL, CONFLICT_MODEL], 'target, abs(log_odds) DESC, "group"'
                    )
                ],
                "whatif": self.query("whatif", one, [place_id], "target, abs(ln(p / p_now)) DESC, change"),
                "profiles": self.query("profiles", one, [place_id], "target, nearness"),
                "record": self.query("record", one, [place_id], "base_year"),
                "conflict_record": self.query("conflict_record", one, [place_id], "base_year"),
                "signals": self.query("signals", one, [place_id], "indicator, period"),
                "warnings": [w for w in self.warnings if w["place_id"] == place_id],
                "cut": [w for w in self.cut if w["place_id"] == place_id],
            }
        return self._places[place_id]


def _database() -> Any:
    """Return a database in memory, of one thread."""
    import duckdb  # only here: a command that opens no table need not wait for it

    connection = duckdb.connect()
    connection.execute("SET threads TO 1")
    return connection


def _times(p: float | None, base: float | None) -> float | None:
    """Return a risk as a multiple of its base rate; None when either is not known."""
    return None if p is None or not base else p / base


def load(home: Path, run_id: str) -> Run:
    """Return a run by its id. Raises Misuse when there is none, Damaged when it is not what was written."""
    folder = Path(home) / "runs" / run_id
    if "/" in run_id or run_id.startswith(".") or not folder.is_dir():
        raise Misuse(f"There is no run {run_id!r}", where=str(folder.parent), todo="Run: tocsin refresh")
    manifest = folder / "MANIFEST.json"
    # A folder is never changed, so one that was checked need not be checked again while its files are the same.
    stamps = tuple((f.name, f.stat().st_size, f.stat().st_mtime_ns, f.stat().st_ino) for f in sorted(folder.iterdir()))
    if not manifest.is_file():
        raise _damaged(folder, "MANIFEST.json is missing")
    return _read(folder, stamps)


@lru_cache(maxsize=8)
def _read(folder: Path, stamps: tuple[object, ...]) -> Run:
    check(folder)
    try:
        info = json.loads((folder / "run.json").read_bytes())
        said = json.loads((folder / "warnings.json").read_bytes())
        sources = json.loads((folder / "sources.json").read_bytes())
        return Run(folder, info, said["warnings"], said["cut"], sources)
    except (ValueError, KeyError, TypeError):
        raise _damaged(folder, "its files cannot be read") from None


def check(folder: Path) -> None:
    """Check every file against the manifest. Raises Damaged, changes nothing."""
    try:
        expected = json.loads((folder / "MANIFEST.json").read_bytes())["sha256"]
        for name, digest in expected.items():
            path = folder / Path(name).name
            if not path.is_file():
                raise _damaged(folder, f"{name} is missing")
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                raise _damaged(folder, f"{name} is not what was written")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder, "MANIFEST.json cannot be read") from None


def _damaged(folder: Path, what: str) -> Damaged:
    todo = "Nothing was changed. Move the folder away and refresh again, or restore it from a copy"
    return Damaged(f"A run folder is damaged: {what}", where=str(folder), todo=todo)


def identifiers(home: Path) -> list[str]:
    """Return the ids of the runs in a home, oldest first: by as-of date, then in the order they were made."""
    runs = Path(home) / "runs"
    if not runs.is_dir():
        return []
    names = [f.name for f in runs.iterdir() if f.is_dir() and not f.name.startswith(".")]
    days: dict[str, list[str]] = {}
    for name in sorted(names):
        days.setdefault(name[:10], []).append(name)
    ordered = []
    for day in sorted(days):
        same = days[day]
        ordered += same if len(same) == 1 else sorted(same, key=lambda n: load(home, n).info["sequence"])
    return ordered


def latest(home: Path) -> Run | None:
    """Return the newest run; None when there is none yet. Raises Damaged when the newest is not whole."""
    names = identifiers(home)
    return load(home, names[-1]) if names else None
