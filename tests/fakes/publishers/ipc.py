"""The IPC: a key in the address, one list of analyses."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

TOKEN = "a-key-of-the-simulator"

EXEMPT = {"duplicated_pages": "there are no pages: one list holds everything"}


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``population`` with the acute analyses of the years asked for."""
    if request.query.get("key") != TOKEN:
        return Reply.json({"error": "Unauthorized"}, status=401)
    first, last = int(request.query["start"]), int(request.query["end"])
    found = json.loads((samples / "population.json").read_bytes())
    return Reply.json([a for a in found if a["condition"] == "A" and first <= int(a["analysis_date"][-4:]) <= last])


def fault(name: str, _: Request, reply: Reply) -> Reply | None:
    """Months are words here: a clock that runs ahead moves the year at their end."""
    if name != "skewed_dates" or reply.status != 200:
        return None
    later = re.sub(rb"([A-Z][a-z]{2} )(20\d\d)", lambda m: m[1] + str(int(m[2]) + 20).encode(), reply.body)
    return replace(reply, body=later)
