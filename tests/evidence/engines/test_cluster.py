"""A wrong URL of a cluster is told in one sentence, before Java is started."""

from __future__ import annotations

import socket
import subprocess
from unittest.mock import patch

import pytest

from tocsin.core.errors import Misuse
from tocsin.evidence.engines import cluster, spark


@pytest.fixture
def closed() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_nobody_listens_and_nothing_is_started(closed: int) -> None:
    pytest.importorskip("pyspark")
    with (
        patch.object(subprocess, "Popen", side_effect=AssertionError("Java was started")),
        pytest.raises(Misuse, match="No Spark master takes a connection there") as told,
    ):
        spark.run([], lambda frame: frame, master=f"spark://127.0.0.1:{closed}")
    assert str(closed) in told.value.sentence()


@pytest.mark.parametrize(
    "master", ["spark://host", "spark:/host:7077", "http://host:7077", "spark://", "locals", "spark://a b:1", "7077"]
)
def test_what_is_no_url_of_a_master(master: str) -> None:
    with pytest.raises(Misuse, match="no URL of a Spark master"):
        cluster.answers(master)


def test_of_several_masters_one_is_enough(closed: int) -> None:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        there.listen()
        cluster.answers(f"spark://127.0.0.1:{closed},127.0.0.1:{there.getsockname()[1]}")
    for master in ("local", "local[2]", "local[*]", "yarn", "k8s://https://host:6443"):
        cluster.answers(master)


def test_what_a_program_inside_prints_is_not_seen(capfd: pytest.CaptureFixture[str]) -> None:
    with cluster.quiet():
        subprocess.run(["sh", "-c", "echo a hundred lines; echo of Java >&2"], check=True)
    subprocess.run(["sh", "-c", "echo seen again"], check=True)
    assert capfd.readouterr() == ("seen again\n", "")
