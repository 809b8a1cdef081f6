"""ACAPS: a token in the header, a month in the address, pages of ``results`` with ``next``."""

from __future__ import annotations

import json
from calendar import month_abbr
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

TOKEN = "a-key-of-the-simulator"

FEW = 2


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``inform-severity-index/MonYYYY/``; a month that is not out is told as an error."""
    if request.headers.get("authorization") != f"Token {TOKEN}":
        return Reply.json({"detail": "Authentication credentials were not provided."}, status=401)
    written = request.path.strip("/").rpartition("/")[2]
    month = f"{written[3:]}-{list(month_abbr).index(written[:3]):02d}"
    every = json.loads((samples / "results.json").read_bytes())
    if month > max(r["_internal_filter_date"] for r in every)[:7]:
        return Reply.json({"detail": "Not found."}, status=404)
    found = [r for r in every if r["_internal_filter_date"][:7] == month]
    if not found:  # a month before the sample's: the same crises, a little less severe
        found = [{**r, "_internal_filter_date": f"{month}-01", "INFORM Severity Index": 3.0} for r in every[:3]]
    size = FEW if month == "2026-10" else len(found)
    page = int(request.query.get("page", "1"))
    part = found[(page - 1) * size : page * size]
    more = f"https://{request.host}{request.path}?page={page + 1}" if page * size < len(found) else None
    return Reply.json({"count": len(found), "next": more, "previous": None, "results": part})
