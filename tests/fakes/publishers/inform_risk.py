"""INFORM Risk: one list, no pages; an edition that there is not is an empty list."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``countries/trends/`` of the edition in force."""
    if not request.path.rstrip("/").endswith("/countries/trends"):
        return Reply.json({"Message": "No HTTP resource was found that matches the request."}, status=404)
    known = request.query.get("WorkflowId") == "0"
    return Reply.json(json.loads((samples / "trends.json").read_bytes()) if known else [])
