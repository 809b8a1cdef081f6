"""Is there a cluster at a URL? Asked before Java is started, which says late and in a hundred lines that there is none.

Forms of a master's URL: https://spark.apache.org/docs/latest/submitting-applications.html#master-urls.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tocsin.core.errors import Misuse

PATIENCE = 3.0
"""Seconds that a master has to take a connection."""
ELSEWHERE = re.compile(r"local(-cluster)?(\[[^\]]+\])?|yarn|k8s://.+")
HOSTS = re.compile(r"spark://((?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}(?:,(?:\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5})*)")


def answers(master: str) -> None:
    """Return when one of the hosts of a ``spark://`` URL takes a connection. Raises Misuse when none does.

    Of ``yarn`` and ``k8s://`` the configuration of this machine says where they are; Spark itself asks there.
    """
    if ELSEWHERE.fullmatch(master):
        return
    named = HOSTS.fullmatch(master)
    if named is None:
        raise Misuse(
            "This is no URL of a Spark master", where=master, todo="Give one as spark://host:7077, yarn or local[2]"
        )
    for one in named[1].split(","):
        host, _, port = one.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
        except (OSError, OverflowError, UnicodeError):
            continue
        return
    raise Misuse(
        "No Spark master takes a connection there",
        where=master,
        todo="See that the cluster runs and that host and port are those of its master (its web page names them)",
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Let nothing of what a program started inside prints reach the terminal: its failure is said in one sentence."""
    kept = {}
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
        for number in (1, 2):
            kept[number] = os.dup(number)
            os.dup2(nowhere, number)
        yield
    finally:
        for number, own in kept.items():
            os.dup2(own, number)
            os.close(own)
        os.close(nowhere)
