"""Conflict-years of UCDP, by its API and as a download."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.publishers import _ucdp
from tests.fakes.publishers._words import Reply, Request

TOKEN = "a-token-of-the-simulator"


def answer(request: Request, samples: Path) -> Reply:
    """Answer as UCDP does."""
    file = "/downloads/ucdpprio/ucdp-prio-acd-{version}-csv.zip"
    return _ucdp.answer(request, samples / "ucdpprioconflict.json", "ucdpprioconflict", file)
