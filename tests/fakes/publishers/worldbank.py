"""The World Bank's Indicators API: pages in a list of two, a wrong series told with status 200."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.publishers._before import stands
from tests.fakes.publishers._words import Reply, Request, records_of

from tocsin.core.context import Context

EXEMPT = {
    "expired_token": "no token is asked for: the interface is open",
    "repeats_the_secret": "nothing secret is sent: the interface is open",
}
FEW = 3
"""Records a page here, however many are asked for: the publisher decides."""


def before(ctx: Context, samples: Path) -> None:
    """The year before the newest stands already."""
    records = records_of(samples / "records.json")
    old = [r for r in records if r["date"] == "2023" and r["countryiso3code"] != "WLD" and r["value"] is not None]
    rows = [(r["countryiso3code"], 2023, r["indicator"]["id"], float(r["value"])) for r in old]
    stands(ctx, "worldbank", rows)


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``country/all/indicator/CODE`` with a page of its records."""
    code = request.path.rpartition("/")[2]
    records = [r for r in records_of(samples / "records.json") if r["indicator"]["id"] == code]
    if request.query.get("format") != "json" or not request.path.startswith("/v2/country/all/indicator/"):
        wrong = {"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}
        return Reply.json([{"message": [wrong]}])
    size = min(FEW, int(request.query.get("per_page", "50")))
    page = int(request.query.get("page", "1"))
    pages = -(-len(records) // size)
    head = {"page": page, "pages": pages, "per_page": size, "total": len(records), "sourceid": "2",
            "lastupdated": "2026-10-07"}  # fmt: skip
    return Reply.json([head, records[(page - 1) * size : page * size] or None])
