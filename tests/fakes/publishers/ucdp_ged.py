"""UCDP: downloads on one host, the interface with its token on another. Two months of candidates and a yearly release.

The events are the sample's, once a day and place, in the year and month asked for: enough for a month to be taken for
whole. Every figure is invented.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.publishers._words import Reply, Request

TOKEN = "a-token-of-the-simulator"
PAGE = 120
"""Events on a page here, whatever size is asked for: the client has to follow the pages."""
PUBLISHED = {"26.0.9": (2026, 9), "26.0.10": (2026, 10)}
YEARLY = {"ged231-csv.zip": (2022, 12), "ged251-csv.zip": (2024, 12)}
COUNTRIES = {
    "Mali": 432, "Sudan": 625, "Myanmar (Burma)": 775, "Niger": 436, "Nigeria": 475, "Chad": 483, "Ethiopia": 530,
    "Somalia": 520, "Kenya": 501, "Uganda": 500, "Burundi": 516, "Rwanda": 517, "Angola": 540, "Mozambique": 541,
    "Cameroon": 471, "Benin": 434, "Togo": 461, "Ghana": 452, "Libya": 620, "Egypt": 651, "India": 750, "Pakistan": 770,
    "Iraq": 645, "Colombia": 100, "Mexico": 70,
}  # fmt: skip


@cache
def _events(samples: Path, year: int, month: int) -> list[dict[str, Any]]:
    """Ten events in each country, made of the sample's."""
    sample = json.loads((samples / "gedevents.json").read_bytes())["Result"]
    made = []
    for n, (country, gw) in enumerate(COUNTRIES.items()):
        for k in range(10):
            day = f"{year}-{month:02d}-{k + 1:02d}T00:00:00"
            number = (year * 100 + month) * 1000 + n * 10 + k
            made.append(
                {**sample[k % len(sample)], "id": number, "year": year, "country": country, "country_id": gw}
                | {"date_start": day, "date_end": day, "source_date": day[:10]}
            )
    return made


def _csv(events: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(events[0])
    for event in events:
        writer.writerow(["" if v is None else str(v).lower() if isinstance(v, bool) else v for v in event.values()])
    return out.getvalue().encode()


@cache
def _zip(samples: Path, year: int, month: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(f"GEDEvent_v{(year + 1) % 100}_1.csv", (year, month, 1, 0, 0, 0))
        archive.writestr(member, _csv(_events(samples, year, month)))
    return out.getvalue()


def answer(request: Request, samples: Path) -> Reply:
    """Speak UCDP's protocol."""
    if request.host == "ucdpapi.pcr.uu.se":
        return _interface(request, samples)
    name = request.path.rpartition("/")[2]
    if request.path == f"/downloads/ged/{name}" and name in YEARLY:
        return Reply.file(_zip(samples, *YEARLY[name]), "application/x-zip-compressed")
    monthly = re.fullmatch(r"/downloads/candidateged/GEDEvent_v(\d\d)_0_(\d+)\.csv", request.path)
    if monthly and f"{monthly[1]}.0.{monthly[2]}" in PUBLISHED:
        return Reply.file(_csv(_events(samples, *PUBLISHED[f"{monthly[1]}.0.{monthly[2]}"])), "text/csv")
    return Reply.text("<html><body>404 - File or directory not found.</body></html>", "text/html", 404)


def _interface(request: Request, samples: Path) -> Reply:
    if request.headers.get("x-ucdp-access-token") != TOKEN:
        return Reply.json({"message": "API token required. Add header: x-ucdp-access-token"}, 401)
    version = request.path.removeprefix("/api/gedevents/")
    if version not in PUBLISHED:
        return Reply.json({"message": f"Version {version} was not found"}, 404)
    events = _events(samples, *PUBLISHED[version])
    page, pages = int(request.query.get("page", "0")), -(-len(events) // PAGE)
    here = f"https://ucdpapi.pcr.uu.se/api/gedevents/{version}?pagesize={PAGE}&page="
    return Reply.json(
        {
            "TotalCount": len(events),
            "TotalPages": pages,
            "PreviousPageUrl": f"{here}{page - 1}" if page else "",
            "NextPageUrl": f"{here}{page + 1}" if page + 1 < pages else "",
            "Result": events[page * PAGE : (page + 1) * PAGE],
        }
    )
