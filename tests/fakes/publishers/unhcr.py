"""UNHCR's population statistics: pages of ``items`` with ``maxPages``."""

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


def before(ctx: Context, _: Path) -> None:
    """Figures of an earlier year stand already."""
    rows = [("SDN", 2024, "refugees_from", 711000.0), ("SDN", 2024, "idps", 9100000.0)]
    stands(ctx, "unhcr", [*rows, ("SDN", 2023, "idps_idmc", 8200000.0)])


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``population/`` and ``idmc/``; without ``coo_all`` and ``coa_all`` the real one would answer with sums."""
    table = request.path.strip("/").rpartition("/")[2]
    file = samples / f"{table}.json"
    if not file.is_file() or request.query.get("coo_all") != "true" or request.query.get("coa_all") != "true":
        return Reply.json({"message": "Not Found"}, status=404)
    first, last = int(request.query["yearFrom"]), int(request.query["yearTo"])
    items = [r for r in records_of(file) if first <= int(r["year"]) <= last]
    size = min(FEW, int(request.query["limit"]))
    page = int(request.query.get("page", "1"))
    part = items[(page - 1) * size : page * size]
    return Reply.json({"page": page, "short_url": "", "maxPages": -(-len(items) // size), "total": [], "items": part})
