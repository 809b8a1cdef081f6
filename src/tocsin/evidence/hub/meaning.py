"""What each cell of a submission means: target, origin, horizon, place, output type; what means nothing is flagged."""

from __future__ import annotations

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.evidence.hub import place_words, windows
from tocsin.evidence.hub.claims import CLAIM, PEOPLE, ROW, Claims
from tocsin.evidence.hub.findings import Findings
from tocsin.evidence.hub.metadata import Metadata

KINDS = {"probability": ("pmf", "quantile"), "count": ("quantile", "sample", "mean")}
BOUNDS = ("0.05", "0.95")


def meaning(claims: Claims, meta: Metadata, found: Findings) -> pl.DataFrame:
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
        found.rows(
            frame.filter(pl.col("kind").is_null()), "target", "unknown-target", f"not forecast here; targets: {listed}"
        )
    if "place" not in missing:
        for rule, said in (
            frame.filter(pl.col("why_rule").is_not_null())
            .select("why_rule", "why")
            .unique()
            .sort("why_rule", "why")
            .iter_rows()
        ):
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


def _types(frame: pl.DataFrame, found: Findings, *, with_ids: bool) -> None:
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
    found.rows(
        bad, "output_type_id", "output-type-id", "a probability is pmf/yes; its interval quantile/0.05 and /0.95"
    )
    bad = count.filter(
        ((kind == "quantile") & ~level.is_between(0, 1, closed="none").fill_null(value=False))
        | ((kind == "sample") & (ids == ""))
        | ((kind == "mean") & ~ids.is_in(["", "NA"]))
    )
    found.rows(
        bad, "output_type_id", "output-type-id", "a level between 0 and 1; a sample's number; nothing for a mean"
    )
