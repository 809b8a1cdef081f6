"""Every rule a submission must pass, all in one pass over the whole file: nothing is fixed, nothing stops at the first.

The rules of the table itself are ``forecast.hub``'s; here each is told by row, column and value, with those that only a
submission can break: an origin that has not ended, data from after it, an answer given after the question was decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse
from tocsin.evidence.forecast import hub
from tocsin.evidence.hub import place_words, windows
from tocsin.evidence.hub.claims import CLAIM, PEOPLE, ROW, Claims
from tocsin.evidence.hub.metadata import AT_ORIGIN, Metadata
from tocsin.evidence.sources.issues import Issue

PER_RULE = 200
"""Rows told one by one for a rule; the rest is counted."""
KINDS = {"probability": ("pmf", "quantile"), "count": ("quantile", "sample", "mean")}
BOUNDS = ("0.05", "0.95")
NEEDED = "every column of a row is needed"


@dataclass
class Checked:
    """The rows that hold (hub columns; ``samples`` lists of draws) and every finding. ``wrong`` tells to refuse."""

    rows: pl.DataFrame
    samples: pl.DataFrame
    issues: list[Issue]

    @property
    def wrong(self) -> bool:
        """Whether anything but a remark was found."""
        return any(i.weight in ("row", "file") for i in self.issues)


def check(claims: Claims, meta: Metadata, received: datetime) -> Checked:
    """Return what holds of a file's claims and everything that does not, by the clock of the receipt."""
    found = _Findings(claims)
    frame = _typed(claims, meta, found)
    if set(CLAIM) <= set(claims.frame.columns):
        _values(frame, found)
        _together(frame, found)
    draws = claims.draws
    asked = _asked(frame, draws)
    _times(asked, frame, meta, received, found)
    _missing_places(asked, found)
    rows = _rows(frame, meta) if not found.wrong() else pl.DataFrame(schema=hub.SCHEMA)
    samples = pl.DataFrame() if found.wrong() else _samples(rows, draws)
    kept = rows.filter(pl.col("output_type") != "sample")
    return Checked(kept, samples, found.told())


class _Findings:
    """Findings by rule: the first rows one by one under the file's own column names, the rest counted."""

    def __init__(self, claims: Claims) -> None:
        self.claims, self.issues = claims, list(claims.issues)
        self.counts: dict[str, int] = {}

    def rows(self, bad: pl.DataFrame, column: str, rule: str, message: str | Callable[[str], str]) -> None:
        """Record rows that break a rule, with the value that stands in ``column``."""
        before = self.counts.get(rule, 0)
        self.counts[rule] = before + len(bad)
        for row, value in bad.select(ROW, column).head(max(PER_RULE - before, 0)).iter_rows():
            shown = "" if value is None else str(value)[:80]
            said = message(shown) if callable(message) else message
            self.issues.append(Issue(rule, said, row, self.claims.called(column), shown))

    def say(self, rule: str, message: str, column: str | None = None, value: str | None = None, weight: str = "file") -> None:
        """Record something about the file as a whole."""
        self.issues.append(Issue(rule, message, None, column, value, weight))  # type: ignore[arg-type]

    def wrong(self) -> bool:
        """Whether anything but a remark was found."""
        return any(i.weight in ("row", "file") for i in self.issues)

    def told(self) -> list[Issue]:
        """Return every finding, worst first, then by row."""
        more = [Issue(r, f"and {n - PER_RULE:,} rows more", weight="row") for r, n in self.counts.items() if n > PER_RULE]
        order = {"file": 0, "row": 1, "warn": 2, "note": 3}
        return sorted([*self.issues, *more], key=lambda i: (order[i.weight], i.row or 10**12, i.rule))


def _typed(claims: Claims, meta: Metadata, found: _Findings) -> pl.DataFrame:
    """Return the claims with what each cell means beside it (null where it means nothing), flagging the latter.

    New columns: ``kind``, ``unit`` of the target; ``o`` origin in its one spelling; ``h`` horizon; ``p`` place; ``v``.
    """
    frame = claims.frame.select(ROW, *(c for c in (*CLAIM, *PEOPLE) if c in claims.frame.columns))
    known = outcomes()
    empty = [pl.lit("").alias(c) for c in CLAIM if c not in frame.columns]
    missing = {c for c in CLAIM if c not in frame.columns}
    frame = frame.with_columns(*empty)
    kinds = {t: o.target.kind for t, o in known.items()}
    units = {t: o.target.unit for t, o in known.items()}
    frame = frame.with_columns(
        kind=pl.col("target").replace_strict(kinds, default=None, return_dtype=pl.String),
        unit=pl.col("target").replace_strict(units, default=None, return_dtype=pl.String),
        h=pl.col("horizon").cast(pl.Int32, strict=False),
        v=pl.col("value").cast(pl.Float64, strict=False),
    )
    frame = _with_origin(frame)
    codes = claims.codes or meta.places
    pairs = frame.select("place", year=pl.col("o").str.slice(0, 4)).unique(maintain_order=True)
    meanings = {pair: place_words.read(pair[0], codes, pair[1]) for pair in pairs.iter_rows()}
    table = pl.DataFrame(
        [(*pair, m.place_id, m.rule, m.said) for pair, m in meanings.items()],
        schema=dict.fromkeys(("place", "year", "p", "why_rule", "why"), pl.String),
        orient="row",
    )
    frame = frame.with_columns(year=pl.col("o").str.slice(0, 4)).join(
        table, on=["place", "year"], how="left", nulls_equal=True, maintain_order="left"
    )
    if "target" not in missing:
        listed = ", ".join(known)
        found.rows(frame.filter(pl.col("kind").is_null()), "target", "unknown-target", f"not forecast here; targets: {listed}")
    if "place" not in missing:
        for rule, said in frame.filter(pl.col("why_rule").is_not_null()).select("why_rule", "why").unique().sort("why_rule", "why").iter_rows():
            bad = frame.filter((pl.col("why_rule") == rule) & (pl.col("why") == said))
            if rule == "not-scored":
                found.say(rule, f"{bad['place'][0]}: {said}", claims.called("place"), bad["place"][0], "warn")
            else:
                found.rows(bad, "place", rule, said)
    if "origin" not in missing:
        bad = frame.filter(pl.col("o").is_null() & pl.col("kind").is_not_null())
        found.rows(bad, "origin", "wrong-origin", "an origin is the last period with data: 2024, or 2024-06 by month")
        if meta.origin:
            declared = pl.col("unit").replace_strict(
                {u: windows.origin_of(meta.origin, u) for u in ("year", "month")}, default=None, return_dtype=pl.String
            )
            other = frame.filter(pl.col("o").is_not_null() & (pl.col("o") != declared.fill_null("")))
            found.rows(other, "origin", "wrong-origin", f"the metadata say that the origin is {meta.origin}")
    if "horizon" not in missing:
        steps = {t: o.target.horizons for t, o in known.items()}
        for target, allowed in steps.items():
            bad = frame.filter((pl.col("target") == target) & ~pl.col("h").is_in(allowed).fill_null(value=False))
            said = f"{target} is forecast over {_listed(allowed)} {known[target].target.unit}s"
            found.rows(bad, "horizon", "unknown-horizon", said)
    if "output_type" not in missing:
        _types(frame, found, with_ids="output_type_id" not in missing)
    return frame


def _with_origin(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``o``, the origin in its one spelling."""
    pairs = frame.select("origin", "unit").unique(maintain_order=True)
    meant = pairs.with_columns(
        o=pl.Series([windows.origin_of(o, u or "month") for o, u in pairs.iter_rows()], dtype=pl.String)
    )
    return frame.join(meant, on=["origin", "unit"], how="left", nulls_equal=True, maintain_order="left")


def _listed(numbers: list[int]) -> str:
    """Return numbers as a reader takes them in: all, or from first to last."""
    return ", ".join(map(str, numbers)) if len(numbers) < 8 else f"{numbers[0]} to {numbers[-1]}"


def _types(frame: pl.DataFrame, found: _Findings, *, with_ids: bool) -> None:
    """Flag output types and their ids that the target does not have."""
    kind, ids = pl.col("output_type"), pl.col("output_type_id")
    level = ids.cast(pl.Float64, strict=False)
    for wanted, allowed in KINDS.items():
        mine = frame.filter(pl.col("kind") == wanted)
        bad = mine.filter(~kind.is_in(allowed))
        found.rows(bad, "output_type", "output-type", f"a {wanted} is given as {' or '.join(allowed)}")
    if not with_ids:
        return
    chance, count = (frame.filter(pl.col("kind") == k) for k in KINDS)
    bad = chance.filter(((kind == "pmf") & (ids != "yes")) | ((kind == "quantile") & ~ids.is_in(BOUNDS)))
    found.rows(bad, "output_type_id", "output-type-id", "a probability is pmf/yes; its interval quantile/0.05 and /0.95")
    bad = count.filter(
        ((kind == "quantile") & ~level.is_between(0, 1, closed="none").fill_null(value=False))
        | ((kind == "sample") & (ids == ""))
        | ((kind == "mean") & ~ids.is_in(["", "NA"]))
    )
    found.rows(bad, "output_type_id", "output-type-id", "a level between 0 and 1; a sample's number; nothing for a mean")


def _values(frame: pl.DataFrame, found: _Findings) -> None:
    """Flag values that are no number, no probability, or no count."""
    number = pl.col("v").is_finite().fill_null(value=False)
    found.rows(
        frame.filter(~number), "value", "not-a-number",
        lambda v: "a number is needed: leave the row out where you have none" if not v else f"{v} is not a number",
    )  # fmt: skip
    sound = frame.filter(number)
    bad = sound.filter((pl.col("kind") == "probability") & ~pl.col("v").is_between(0, 1))
    found.rows(bad, "value", "probability", "a probability lies between 0 and 1")
    found.rows(sound.filter((pl.col("kind") == "count") & (pl.col("v") < 0)), "value", "negative", "no count is below 0")


def _together(frame: pl.DataFrame, found: _Findings) -> None:
    """Flag rows that do not agree with one another: twice the same, crossing quantiles, interval without its number."""
    who = [c for c in ("forecaster",) if c in frame.columns]
    sound = frame.drop_nulls(["o", "kind", "h", "p"]).with_columns(
        level=pl.col("output_type_id").cast(pl.Float64, strict=False)
    )
    group = [*who, "o", "target", "p", "h"]
    same = pl.when(pl.col("level").is_not_null()).then(pl.col("level").cast(pl.String)).otherwise("output_type_id")
    again = sound.with_columns(id_=same).filter(pl.struct(*group, "output_type", "id_").is_duplicated())
    found.rows(again, "place", "duplicate", "this place, origin, horizon and output type stand in the file more than once")
    levels = sound.filter((pl.col("output_type") == "quantile") & pl.col("level").is_not_null() & pl.col("v").is_finite())
    falling = levels.sort(*group, "level").filter(pl.col("v").diff().over(group) < -1e-9)
    found.rows(falling.sort(ROW), "value", "crossing", "below the quantile of a lower level: quantiles may not cross")
    chance = sound.filter((pl.col("kind") == "probability") & pl.col("v").is_finite())
    said = chance.filter(pl.col("output_type") == "pmf").select(*group, said="v").unique(subset=group)
    edges = chance.filter(pl.col("output_type") == "quantile").join(said, on=group, how="left", maintain_order="left")
    outside = edges.filter(
        ((pl.col("level") == 0.05) & (pl.col("v") > pl.col("said") + 1e-12))
        | ((pl.col("level") == 0.95) & (pl.col("v") < pl.col("said") - 1e-12))
    )
    found.rows(outside, "value", "interval", "the interval does not hold its own probability")
    found.rows(
        edges.filter(pl.col("said").is_null()), "output_type", "no-probability", "an interval without its pmf/yes row"
    )


def _asked(frame: pl.DataFrame, draws: pl.DataFrame | None) -> pl.DataFrame:
    """Return the questions a file answers: target, origin, horizon, place."""
    rows = frame.drop_nulls(["o", "kind", "h", "p"]).select("target", "o", "h", "p")
    if draws is not None and len(draws):
        more = draws.select("target", o="origin", h="horizon", p="place_id").filter(pl.col("o") != "")
        rows = pl.concat([rows, more])
    return rows.unique(maintain_order=True)


def _times(asked: pl.DataFrame, frame: pl.DataFrame, meta: Metadata, received: datetime, found: _Findings) -> None:
    """Refuse what could have seen its own outcome, and origins that have not come."""
    known, today = outcomes(), received.date()
    until = meta.data_until
    if meta.made_at and meta.made_at > today:
        found.say("future", f"made_at is after today, {today}", "made_at", str(meta.made_at))
    if isinstance(until, date) and until > today:
        found.say("future", f"data_until is after today, {today}", "data_until", str(until))
    for origin in asked["o"].unique().sort():
        end = windows.ends(origin)
        if end >= today:
            found.rows(frame.filter(pl.col("o") == origin), "origin", "wrong-origin", f"{origin} has not ended")
        if until != AT_ORIGIN and isinstance(until, date) and until > end:
            said = f"the data go to {until}, after the origin {origin} ({end}): they could hold its outcome"
            found.say("could-have-seen", said, "data_until", str(until))
    people = set(PEOPLE) <= set(frame.columns)
    days = _days(frame, today, found) if people else {}
    for target, origin, horizon in asked.select("target", "o", "h").unique(maintain_order=True).iter_rows():
        if horizon not in known[target].target.horizons:
            continue
        last = windows.window(origin, known[target].target, horizon)[1]
        rows = frame.filter((pl.col("target") == target) & (pl.col("o") == origin) & (pl.col("h") == horizon))
        if people:
            late = rows.filter(pl.col("made_at").is_in([text for text, day in days.items() if day > last]))
            found.rows(late, "made_at", "after-outcome", f"made after {last}, when the outcome was decided")
        if last < today and not meta.retrospective:
            _after(rows, target, origin, horizon, last, found)


def _after(rows: pl.DataFrame, target: str, origin: str, horizon: int, last: date, found: _Findings) -> None:
    """Refuse rows whose window had ended when they came in and that do not say so."""
    said = f"the window of {origin} ended on {last}, before this was received: its outcome could be known"
    todo = "; if these are hindcasts, write retrospective: true and they are scored apart"
    if len(rows):
        found.rows(rows, "origin", "after-outcome", said + todo)
    else:
        found.say("after-outcome", f"{target}, horizon {horizon}: {said}{todo}", "origin", origin)


def _days(frame: pl.DataFrame, today: date, found: _Findings) -> dict[str, date]:
    """Return each made_at text as a day, flagging those that are none or that have not come."""
    days: dict[str, date] = {}
    for text in frame["made_at"].unique():
        try:
            days[text] = parse_date(text[:10])
        except Misuse:
            found.rows(frame.filter(pl.col("made_at") == text), "made_at", "not-a-date", "write a day as 2026-11-23")
            continue
        if days[text] > today:
            found.rows(frame.filter(pl.col("made_at") == text), "made_at", "future", f"after today, {today}")
    return days


def _missing_places(asked: pl.DataFrame, found: _Findings) -> None:
    """Remark on places a full list would have: they are not scored, and never taken for calm."""
    for target, origin in asked.select("target", "o").unique(maintain_order=True).iter_rows():
        have = set(asked.filter((pl.col("target") == target) & (pl.col("o") == origin))["p"])
        absent = [p for p in place_words.listed(origin) if p not in have]
        if absent:
            some = ", ".join(absent[:12]) + (" …" if len(absent) > 12 else "")
            said = f"{target} {origin}: {len(absent)} of {len(absent) + len(have)} places have no forecast: {some}"
            found.say("missing-places", said, weight="warn")


def _rows(frame: pl.DataFrame, meta: Metadata) -> pl.DataFrame:
    """Return the claims as the hub table. People's rows carry their forecaster behind the model's name."""
    name = pl.lit(meta.model_id)
    if "forecaster" in frame.columns:
        name = pl.concat_str([name, pl.lit("."), pl.col("forecaster")])
    return frame.select(
        model_id=name,
        origin="o",
        target="target",
        place_id="p",
        horizon="h",
        unit="unit",
        output_type="output_type",
        output_type_id=pl.when(pl.col("output_type") == "mean").then(pl.lit("")).otherwise("output_type_id"),
        value="v",
    )


def _samples(rows: pl.DataFrame, draws: pl.DataFrame | None) -> pl.DataFrame:
    """Return the samples of a count as lists, one row a place and step."""
    own = rows.filter(pl.col("output_type") == "sample")
    key = ["place_id", "origin", "target", "horizon"]
    parts = [own.sort("output_type_id").group_by(key, maintain_order=True).agg(samples="value")] if len(own) else []
    if draws is not None:
        parts.append(draws)
    return pl.concat(parts).sort(key) if parts else pl.DataFrame()


