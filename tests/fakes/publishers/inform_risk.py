"""INFORM Risk: one list, no pages; an edition that there is not is an empty list."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

EXEMPT = {
    "expired_token": "no token is asked for: the interface is open",
    "repeats_the_secret": "nothing secret is sent: the interface is open",
    "duplicated_pages": "there are no pages: one list holds everything",
}


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``countries/trends/`` of the edition in force."""
    if not request.path.rstrip("/").endswith("/countries/trends"):
        return Reply.json({"Message": "No HTTP resource was found that matches the request."}, status=404)
    known = request.query.get("WorkflowId") == "0"
    return Reply.json(json.loads((samples / "trends.json").read_bytes()) if known else [])
