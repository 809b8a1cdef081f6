"""Read a rival's edition: its modelling panel and its rolling forecasts, in the shape the Early Warning Project gives.

The files stay where the user keeps them; nothing of them but scores may be passed on. Whatever is wrong with them is
said in one sentence before any work begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.core.errors import Misuse, Refused
from tocsin.evidence.forecast import guard
from tocsin.evidence.forecast.design import Design, forward_labels
from tocsin.evidence.store import snapshot

NOT_PREDICTORS = {
    "ewp_name",
    "ccode",
    "sftgcode",
    "country_name",
    "mk_onset",
    "mk_onset_1",
    "mk_onset_2",
    "mk_onset_1or2",
    "",
}
NEEDED_PANEL = ("ccode", "year", "ewp_name", "mk_onset")
NEEDED_PEER = (
    "ccode",
    "year",
    "ewp_name",
    "mk_onset",
    "prev_year",
    "risk_prev",
    "risk_two_years_prior",
    "maxrisk2",
    "minrank2",
)


@dataclass(frozen=True)
class Edition:
    """One edition of a rival.

    ``design`` rows are country-years with the rival's own predictors, places named by COW code as text, and two-year
    labels from its onsets (NaN unknown, never the zeros it fills in). ``peer`` rows are targets: ccode, year (target),
    base_year, ewp_name, mk_onset, risk_prev, risk_two_years_prior, maxrisk2, minrank2. ``flags`` are what the guard
    says of the panel without refusing it.
    """

    design: Design
    peer: pl.DataFrame
    disagreements: int
    flags: tuple[str, ...] = ()


def read(panel: Path, peer: Path) -> Edition:
    """Read both files. Raises Misuse when one is absent, Refused when it is not what it should be."""
    p, f = _csv(panel, NEEDED_PANEL), _csv(peer, NEEDED_PEER)
    design = _design(p, panel)
    facts = guard.onsets(snapshot.table("facts_mass_killing", "mass_killings"))
    flags = guard.check(guard.rival(p, design.columns, facts), where=str(panel))
    if f.filter(pl.col("prev_year") != pl.col("year") - 1).height:
        raise Refused("prev_year is not the year before year in every row", where=str(peer))
    wrong = f.filter(~pl.col("risk_prev").is_between(0, 1) | ~pl.col("maxrisk2").is_between(0, 1))
    if wrong.height:
        raise Refused(f"{wrong.height} risks are not between 0 and 1", where=str(peer))
    f = f.rename({"prev_year": "base_year"}).select(
        "ccode",
        "year",
        "base_year",
        "ewp_name",
        "mk_onset",
        "risk_prev",
        "risk_two_years_prior",
        "maxrisk2",
        "minrank2",
    )
    onsets = p.select("ccode", "year", pl.col("mk_onset").alias("panel_onset"))
    both = f.join(onsets, on=["ccode", "year"], how="left")
    unseen = both.filter(pl.col("panel_onset").is_null()).height
    if unseen == both.height:
        raise Refused("the two files have no country and year in common", where=f"{panel}, {peer}")
    disagreements = both.filter(pl.col("panel_onset") != pl.col("mk_onset")).height
    return Edition(design, f.sort("year", "ccode"), disagreements, tuple(flags))


def _csv(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    """Return a CSV file as numbers, with the needed columns checked and one row a country and year."""
    if not path.is_file():
        raise Misuse(f"there is no file {path}", todo="Give the path of the edition's CSV file")
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"the file is not UTF-8 text (byte {error.start})", where=str(path)) from None
    if text.lstrip()[:1] == "<":
        raise Refused("the file is a web page, not CSV", where=str(path), todo="Download the file itself")
    try:
        frame = pl.read_csv(text.encode(), infer_schema_length=None, null_values=["NA", ""])
    except pl.exceptions.PolarsError as error:
        raise Refused(f"the file cannot be read as CSV: {str(error).splitlines()[0]}", where=str(path)) from None
    absent = [c for c in needed if c not in frame.columns]
    if absent:
        raise Refused(
            f"the file lacks the columns {', '.join(absent)}",
            where=str(path),
            todo="Give the edition's own files, unchanged",
        )
    if frame.is_empty():
        raise Refused("the file has a header and no rows", where=str(path))
    for column in needed:
        if column != "ewp_name" and not frame[column].dtype.is_numeric():
            bad = frame.filter(pl.col(column).cast(pl.Float64, strict=False).is_null() & pl.col(column).is_not_null())
            raise Refused(f"column {column} holds {bad[column][0]!r}, which is not a number", where=str(path))
    for column in ("ccode", "year", "mk_onset"):
        if frame[column].null_count():
            raise Refused(f"column {column} is empty in {frame[column].null_count()} rows", where=str(path))
    twice = frame.filter(frame.select("ccode", "year").is_duplicated())
    if twice.height:
        raise Refused(f"{twice['ewp_name'][0]} {twice['year'][0]} stands twice in the file", where=str(path))
    if not frame["mk_onset"].is_in([0, 1]).all():
        raise Refused("mk_onset holds a value that is neither 0 nor 1", where=str(path))
    return frame.with_columns(pl.col("ccode", "year").cast(pl.Int64))


def _design(p: pl.DataFrame, path: Path) -> Design:
    """Return the rival's panel as a design, predictors in file order, in one group: they are not explained here."""
    columns = [c for c in p.columns if c not in NOT_PREDICTORS and p[c].dtype.is_numeric()]
    if len(columns) < 4:
        raise Refused(f"the panel has only {len(columns)} numeric predictors", where=str(path))
    p = p.sort("year", "ccode")
    place = np.array([str(c) for c in p["ccode"].to_list()], dtype=object)
    year = p["year"].to_numpy().astype(int)
    x = np.column_stack([p[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in columns])
    event = p["mk_onset"].cast(pl.Float64).to_numpy()
    return Design(place, year, x, forward_labels(place, year, event), tuple(columns), ("panel",) * len(columns))
