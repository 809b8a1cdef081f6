"""UNHCR's population statistics: pages of ``items`` with ``maxPages``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

FEW = 3


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``population/`` and ``idmc/``; without ``coo_all`` and ``coa_all`` the real one would answer with sums."""
    table = request.path.strip("/").rpartition("/")[2]
    file = samples / f"{table}.json"
    if not file.is_file() or request.query.get("coo_all") != "true" or request.query.get("coa_all") != "true":
        return Reply.json({"message": "Not Found"}, status=404)
    first, last = int(request.query["yearFrom"]), int(request.query["yearTo"])
    items = [r for r in json.loads(file.read_bytes()) if first <= int(r["year"]) <= last]
    size = min(FEW, int(request.query["limit"])) if len(items) < 1000 else int(request.query["limit"])
    page = int(request.query.get("page", "1"))
    part = items[(page - 1) * size : page * size]
    return Reply.json({"page": page, "short_url": "", "maxPages": -(-len(items) // size), "total": [], "items": part})
