"""ViEWS: a list of runs that is not in order of time, and pages of one run."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

EXEMPT = {
    "expired_token": "no token is asked for: the interface is open",
    "repeats_the_secret": "nothing secret is sent: the interface is open",
}
FEW = 5


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``/`` with the runs and ``/RUN/cm/sb`` with a page."""
    sample = json.loads((samples / "run.json").read_bytes())
    if request.path == "/":
        return Reply.json({"runs": sample["runs"]})
    run, _, rest = request.path.strip("/").partition("/")
    if run not in sample["runs"] or rest != "cm/sb":
        return Reply.json({"detail": [{"msg": "value is not a valid enumeration member"}]}, status=422)
    page, data = int(request.query["page"]), sample["data"]
    pages = -(-len(data) // FEW)
    more = f"https://{request.host}{request.path}?page={page + 1}" if page < pages else ""
    head = {"next_page": more, "prev_page": "", "model_tree": [], "models": ["main_mean"], "row_count": len(data),
            "page_count": pages, "page_cur": page}  # fmt: skip
    return Reply.json({**head, "data": data[(page - 1) * FEW : page * FEW]})
