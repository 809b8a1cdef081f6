"""HDX HAPI: an identifier in the header, ``limit`` and ``offset``, answers of ``data``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

TOKEN = "a-key-of-the-simulator"

MANY = 180
THEMES = {
    "/api/v2/affected-people/humanitarian-needs": "humanitarian_needs.json",
    "/api/v2/affected-people/idps": "idps.json",
}


def answer(request: Request, samples: Path) -> Reply:
    """Answer the two themes, whole countries."""
    if request.headers.get("x-hdx-hapi-app-identifier") != TOKEN:
        return Reply.json({"error": "Missing app identifier"}, status=403)
    if request.path not in THEMES:
        return Reply.json({"detail": "Not Found"}, status=404)
    rows = json.loads((samples / THEMES[request.path]).read_bytes())
    level = request.query.get("admin_level")
    rows = [r for r in rows if level is None or str(r["admin_level"]) == level]
    if "needs" in THEMES[request.path]:  # more than a page holds: the same plan for many groups
        rows = [{**r, "category": f"{r['category']} group {n}".strip()} if n else r for n in range(MANY) for r in rows]
    start, size = int(request.query["offset"]), int(request.query["limit"])
    return Reply.json({"data": rows[start : start + size]})
