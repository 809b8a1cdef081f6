"""UCDP, as its API and its downloads answer: a token in a header, versions in the path, pages from 0, zipped csv."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import polars as pl
from tests.fakes.publishers._words import Reply, Request

from tocsin.catalog import geography
from tocsin.catalog.geography import places
from tocsin.evidence.store import snapshot

TOKEN = "x-ucdp-access-token"
API, FILES = "ucdpapi.pcr.uu.se", "ucdp.uu.se"
MOST = 1000


def answer(request: Request, sample: Path, resource: str, file: str) -> Reply:
    """Answer for one resource of one release; ``file`` is how its download is called, with the version in it."""
    whole = records(sample)
    version = whole[0]["version"]
    if request.host == FILES:
        if request.path != file.format(version=version.replace(".", "")):
            return Reply.text("<html><body>404 Not Found</body></html>", "text/html", 404)
        return Reply.file(_zipped(whole, resource), "application/x-zip-compressed")
    if not request.headers.get(TOKEN):
        return Reply.json({"message": f"API token required. Add header: {TOKEN}"}, status=401)
    asked = re.fullmatch(rf"/api/{resource}/([\d.]+)", request.path)
    if asked is None or asked[1] != version:
        return Reply.text("", "text/plain", 404)
    size = min(int(request.query.get("pagesize", "100")), MOST)
    page = int(request.query.get("page", "0"))
    pages = -(-len(whole) // size)

    def url(number: int) -> str:
        return f"https://{API}{request.path}?pagesize={size}&page={number}" if 0 <= number < pages else ""

    return Reply.json(
        {
            "TotalCount": len(whole),
            "TotalPages": pages,
            "PreviousPageUrl": url(page - 1),
            "NextPageUrl": url(page + 1),
            "Result": whole[page * size : (page + 1) * size],
        }
    )


@cache
def records(sample: Path) -> list[dict[str, str]]:
    """Return the sample's records, with as many more as the bundled figures have: a short release would be refused.

    Each figure in force is said again by records made of the sample's first; names and numbers in them are invented.
    """
    made = json.loads(sample.read_text(encoding="utf-8"))["Result"]
    codes = [c for c in csv.DictReader(_CODES.read_text(encoding="utf-8").splitlines()) if c["system"] == "gw"]
    by_place: dict[str, list[str]] = {}
    for code in codes:
        by_place.setdefault(code["place_id"], []).append(code["code"])
    number = 100_000
    for place, year, *said in _figures(sample.stem):
        gw = next((c for c in by_place[place] if places().from_code("gw", c, year) == place), None)
        if gw is None or any(r["year"] == str(year) and r["gwno_loc"] == gw for r in made[:10]):
            continue
        for figure in said[0]:
            number += 1
            one = {**made[0], "conflict_id": str(number), "year": str(year), "gwno_a": gw, "gwno_loc": gw, **figure}
            made.append({**one, **({"dyad_id": str(number), "gwno_battle": gw} if "dyad_id" in one else {})})
    return made


_CODES = Path(geography.__file__).parent / "place_codes.csv"


def _figures(resource: str) -> list[tuple[str, int, list[dict[str, str]]]]:
    """Return what the bundled figures say above zero: place, year, and the fields of each record that says it again."""
    source_id = "ucdp_brd" if resource == "battledeaths" else "ucdp_prio"
    table = snapshot.table(source_id, "country_year").filter(pl.col("value") > 0)
    wide = table.pivot("indicator", index=["place_id", "year"], values="value").sort("place_id", "year")
    found = []
    for row in wide.iter_rows(named=True):
        if source_id == "ucdp_brd":
            deaths = str(row["battle_deaths"])
            figures = [{"bd_best": deaths, "bd_low": deaths, "bd_high": deaths}]
        else:
            levels = [row["conflict_intensity"], *[1] * (int(row["conflicts_count"]) - 1)]
            figures = [{"intensity_level": str(int(level))} for level in levels]
        found.append((row["place_id"], row["year"], figures))
    return found


def _zipped(rows: list[dict[str, str]], resource: str) -> bytes:
    """The same records as the release's csv, whose columns are all in small letters."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [c.lower() for c in rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows({k.lower(): v for k, v in row.items()} for row in rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{resource}.csv"), out.getvalue())
    return packed.getvalue()
