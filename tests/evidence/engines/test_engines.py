"""The one step on every engine: the same bytes, and what a person would count by hand."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.engines.events import frame

from tocsin.core.errors import Misuse, Refused
from tocsin.core.months import month_index
from tocsin.evidence.engines import PLACE_MONTHS, counting, place_months, result_hash
from tocsin.evidence.engines.synthetic import generate

NO_JAVA = "no Java here: Spark needs one"


def by_hand(events: pl.DataFrame) -> dict[tuple[str, int], dict[str, Any]]:
    """Count as a person would, row by row."""
    sums: dict[tuple[str, int], dict[str, Any]] = {}
    for row in events.to_dicts():
        if row["place_id"] is None:
            continue
        cell = sums.setdefault((row["place_id"], row["month"]), {"events": 0, "material": 0, "scales": []})
        cell["events"] += 1
        cell["material"] += row["quad_class"] == 4
        cell["scales"] += [row["goldstein_tenths"]] if row["goldstein_tenths"] is not None else []
    return sums


events = st.lists(
    st.fixed_dictionaries(
        {
            "place_id": st.sampled_from(["SDN", "COD", None]),
            "month": st.integers(24300, 24304),
            "quad_class": st.integers(1, 4),
            "goldstein_tenths": st.one_of(st.none(), st.integers(-100, 100)),
        }
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=15)
@given(events)
def test_both_engines_of_one_machine_count_what_a_person_counts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    file = tmp_path_factory.mktemp("step") / "events.parquet"
    frame(*rows).write_parquet(file)
    duck, polars = place_months([file]), place_months([file], "polars")
    assert result_hash(duck) == result_hash(polars)
    hand = by_hand(frame(*rows))
    assert {(r["place_id"], r["month"]) for r in duck.to_dicts()} == hand.keys()
    for row in duck.to_dicts():
        cell = hand[row["place_id"], row["month"]]
        assert (row["events"], row["material_events"]) == (cell["events"], cell["material"])
        assert row["material_share"] == round(cell["material"] / cell["events"], 6) + 0.0
        mean = sum(cell["scales"]) / len(cell["scales"]) / 10 if cell["scales"] else None
        assert (
            row["goldstein_mean"] is None if mean is None else math.isclose(row["goldstein_mean"], mean, abs_tol=1e-6)
        )
        before = hand.get((row["place_id"], row["month"] - 1))
        assert row["events_before"] == (before["events"] if before else None), "the calendar's month, or nothing"


def test_after_a_silent_month_the_month_before_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "events.parquet"
    january, march, april = (month_index(f"2026-{m}") for m in ("01", "03", "04"))
    frame(*({"place_id": "SDN", "month": m} for m in (january, march, april))).write_parquet(file)
    assert place_months([file])["events_before"].to_list() == [None, None, 1]


@pytest.fixture
def spark() -> Iterator[None]:
    """The one session of the suite: one thread, no compiling that three thousand rows would not earn back."""
    if shutil.which("java") is None:
        pytest.skip(NO_JAVA)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield
    session.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_spark_gives_the_same_bytes_as_duckdb_and_polars(tmp_path: Path) -> None:
    files = list(generate(tmp_path, 3000, 7, a_month=1000))
    told = {e: result_hash(place_months(files, e, made_up=True)) for e in ("duckdb", "polars", "spark")}
    assert len(set(told.values())) == 1, told


def test_no_events_are_an_empty_table_and_an_unknown_engine_is_named() -> None:
    assert place_months([]).schema == PLACE_MONTHS
    with pytest.raises(Misuse, match="Choose one of duckdb, polars, spark"):
        place_months([Path("x.parquet")], "abacus")


def test_made_up_events_are_counted_by_no_engine_unless_a_benchmark_says_so(tmp_path: Path) -> None:
    files = list(generate(tmp_path, 100, 7))
    for engine in ("duckdb", "polars", "spark"):
        with pytest.raises(Refused, match="made up"):
            counting.counts(files, engine)
    with pytest.raises(Refused, match="may not lie in a store"):
        next(generate(tmp_path / "store" / "gdelt", 100, 7))


def test_made_up_events_are_the_same_for_the_same_seed_and_say_what_they_are(tmp_path: Path) -> None:
    one, two, other = (list(generate(tmp_path / n, 500, seed)) for n, seed in (("a", 7), ("b", 7), ("c", 8)))
    tables = [pl.read_parquet(files) for files in (one, two, other)]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])
    assert (tables[0]["event_id"] < 0).all()
    assert set(tables[0]["url"]) == {"https://synthetic.invalid/"}
    assert "made up" in pl.read_parquet_metadata(one[0])["tocsin.synthetic"]
