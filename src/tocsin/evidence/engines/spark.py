"""Spark: a cluster that is there already, told by its URL. Needs the extra ``spark`` and Java 17.

The files must lie where every worker can read them under the same path. The session is one that runs already in this
process, or a new one that is stopped afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tocsin.core.errors import Misuse
from tocsin.evidence.engines import cluster
from tocsin.evidence.engines.schema import MEDIA_EVENTS
from tocsin.evidence.engines.step import Rows, Step

LOCAL = "local[2]"
KINDS = {
    pl.Int64: "BIGINT", pl.Int32: "INT", pl.Int16: "SMALLINT", pl.Int8: "TINYINT", pl.String: "STRING",
    pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN",
}  # fmt: skip
COLUMNS = ", ".join(f"{name} {KINDS[kind]}" for name, kind in MEDIA_EVENTS.items())


def run(files: Sequence[Path], step: Step, *, master: str = "", threads: int | None = None) -> Rows:
    """Run the step over Parquet files on the cluster at ``master`` (``spark://host:7077``, ``yarn``, ``local[2]``).

    Raises Misuse when Spark is not installed, does not start, or the cluster cannot read the files.
    """
    session, ours = _session(master or (f"local[{threads}]" if threads else LOCAL))
    try:
        # The columns are declared: asking the files for them would be a job of its own.
        events = session.read.schema(COLUMNS).parquet(*[str(f.resolve()) for f in files])
        result = nw.to_native(step(nw.from_native(events)))
        return result.columns, [tuple(row) for row in result.collect()]
    except _failures() as error:
        raise Misuse(
            f"Spark could not run the step: {_first_line(error)}",
            where=master,
            todo="See that every worker reads the store under this path (docs/how-to/count-events-on-a-cluster.md)",
        ) from None
    finally:
        if ours:
            session.stop()


def _session(master: str) -> tuple[Any, bool]:
    """Return a session and whether it was opened here."""
    if master.startswith("sc://"):
        raise Misuse(
            "Spark Connect is not spoken here", where=master, todo="Give the master's own URL, as in spark://host:7077"
        )
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise Misuse("Spark is not installed", todo="Install it with: pip install 'tocsin[spark]'") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        return running, False
    cluster.answers(master)
    builder = SparkSession.builder.appName("tocsin place-months").master(master).config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        # A result of some thousand rows needs no 200 partitions, and nothing listens on another address.
        builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    try:
        with cluster.quiet():
            return builder.getOrCreate(), True
    except (PySparkException, OSError) as error:
        raise Misuse(
            f"Spark did not start: {_first_line(error)}",
            where=master,
            todo="See that Java 17 or newer is there and that the cluster answers at this URL",
        ) from None
    except Exception as error:  # noqa: BLE001 - py4j raises what the Java side threw
        raise Misuse(f"Spark did not start: {_first_line(error)}", where=master, todo="Check the URL") from None


def _failures() -> tuple[type[Exception], ...]:
    """Return what Spark raises, from either side of its bridge."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    return (PySparkException, Py4JError)


def _first_line(error: Exception) -> str:
    """Return the first line of a failure, cut: the rest is Java's stack."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
