"""Events made up in the shape of GDELT's, of any number, for measuring engines. Labelled, and refused everywhere else.

Every file says in its own metadata that it is synthetic (``label``), every event has a number below nought, which no
reader takes, and every address ends in ``.invalid``. The same seed and size give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from tocsin.catalog.geography import places
from tocsin.core.errors import Refused
from tocsin.core.months import month_index, month_text
from tocsin.evidence.engines.schema import MEDIA_EVENTS
from tocsin.evidence.made_up import KEY, VALUE

A_MONTH = 4_000_000
"""Events in one file: about what GDELT adds in a month."""
FIRST = "2015-03"
DRAWS = ("place", "none", "quad", "scale", "unscaled", "day", "latitude", "longitude", "code", "root", "mentions")
KINDS = {
    pl.Int64: "BIGINT", pl.Int32: "INTEGER", pl.Int16: "SMALLINT", pl.Int8: "TINYINT", pl.String: "VARCHAR",
    pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN",
}  # fmt: skip


def generate(folder: Path, rows: int, seed: int, *, a_month: int = A_MONTH, first: str = FIRST) -> Iterator[Path]:
    """Write made-up events, a Parquet file a month, and yield each file once it is whole.

    Places are drawn unevenly, one event in twelve has none; quad classes and Goldstein values come about as often as in
    GDELT's samples. Raises Refused for a folder inside a store: nothing made up may lie there.
    """
    if "store" in folder.resolve().parts:
        raise Refused("Made-up events may not lie in a store", where=str(folder), todo="Choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "700MB"}) as connection:
        for number, start in enumerate(range(0, rows, a_month)):
            month = month_index(first) + number
            file = folder / f"{month_text(month)}.parquet"
            query = _query(range(start, min(start + a_month, rows)), seed, month)
            connection.execute(
                f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{'{KEY}': '{VALUE}'}})"
            )
            yield file


def _query(span: range, seed: int, month: int) -> str:
    """Return the select of one month. Each draw is ten bits of a hash of the row's number: order changes nothing."""
    names = sorted(places().by_id)
    known = ", ".join(f"'{p}'" for p in names)
    slots = {name: number for number, name in enumerate(DRAWS)}

    def draw(name: str) -> str:
        word, shift = ("ab"[slots[name] // 6], 10 * (slots[name] % 6))
        return f"((({word} >> {shift}) & 1023) / 1024.0)"

    year, number = divmod(month, 12)
    day = f"{year:04d}{number + 1:02d}01 + (28 * {draw('day')})::INTEGER % 28"
    mentions = f"1 + (30 * pow({draw('mentions')}, 4))::INTEGER"
    columns = {
        "event_id": "-(i + 1)",
        "feed": "'synthetic'",
        "date": day,
        "month": str(month),
        "place_id": f"CASE WHEN {draw('none')} > 0.083 THEN "
        f"([{known}])[1 + ({len(names)} * pow({draw('place')}, 2))::BIGINT % {len(names)}] END",
        "country_code": "NULL",
        "admin1_code": "NULL",
        "latitude": f"180 * {draw('latitude')} - 90",
        "longitude": f"360 * {draw('longitude')} - 180",
        "geo_type": "4",
        "event_code": f"lpad((10 + (200 * {draw('code')})::INTEGER)::VARCHAR, 3, '0')",
        "quad_class": f"CASE WHEN {draw('quad')} < 0.55 THEN 1 WHEN {draw('quad')} < 0.67 THEN 2 "
        f"WHEN {draw('quad')} < 0.83 THEN 3 ELSE 4 END",
        "goldstein_tenths": f"CASE WHEN {draw('unscaled')} > 0.001 THEN (200 * {draw('scale')})::INTEGER - 100 END",
        "root_event": f"{draw('root')} < 0.6",
        "mentions": mentions,
        "sources": "1",
        "articles": mentions,
        "actor1_code": "'GOV'",
        "actor2_code": "NULL",
        "added": f"({day})::BIGINT * 1000000",
        "url": "'https://synthetic.invalid/'",
    }
    typed = (f"({columns[c]})::{KINDS[kind]} AS {c}" for c, kind in MEDIA_EVENTS.items())
    # Only numbers and the program's own list of places go into the text.
    rows = f"FROM range({span.start}, {span.stop}) t(i)"
    return f"SELECT {', '.join(typed)} FROM (SELECT i, hash(i, {seed}) AS a, hash(i, {seed}, 'again') AS b {rows})"  # noqa: S608
