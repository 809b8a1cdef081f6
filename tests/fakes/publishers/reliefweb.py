"""ReliefWeb, version 2: an appname or 403, spans of days, limit and offset, totals."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

MOST = 1000
SHOWN = 2
"""Reports on a page here, whatever is asked for: the client has to go on from what came."""
SECRETS = {"appname": "organisation-purpose-7f3k"}


def answer(request: Request, samples: Path) -> Reply:
    """Answer as api.reliefweb.int does."""
    if request.path != "/v2/reports":
        return _error(404, f"Resource not found: {request.path}")
    if not request.query.get("appname"):
        return _error(403, "You are not using an approved appname.")
    limit, offset = int(request.query.get("limit", "10")), int(request.query.get("offset", "0"))
    if not 0 <= limit <= MOST:
        return _error(400, f'Invalid "limit" specified. Valid values are between 0 and {MOST}')
    rows = json.loads((samples / "reports.json").read_text(encoding="utf-8"))["data"]
    first, last = (request.query.get(f"filter[value][{end}]", "") for end in ("from", "to"))
    rows = [
        r
        for r in rows
        if (not first or first <= r["fields"]["date"]["created"])
        and (not last or r["fields"]["date"]["created"] <= last)
    ]
    shown = rows[offset : offset + min(limit, SHOWN)]
    return Reply.json(
        {
            "time": 4,
            "href": f"https://api.reliefweb.int/v2/reports?appname={request.query['appname']}&offset={offset}",
            "links": {},
            "totalCount": len(rows),
            "count": len(shown),
            "data": shown,
        }
    )


def _error(status: int, message: str) -> Reply:
    return Reply.json({"time": 1, "status": status, "error": {"message": message}}, status=status)
