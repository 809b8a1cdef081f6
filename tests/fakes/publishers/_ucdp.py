"""UCDP, as its API and its downloads answer: a token in a header, versions in the path, pages from 0, zipped csv."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

TOKEN = "x-ucdp-access-token"
API, FILES = "ucdpapi.pcr.uu.se", "ucdp.uu.se"
MOST = 4
"""Records on a page here, whatever is asked for: so that samples of ten records have several pages."""


def answer(request: Request, sample: Path, resource: str, file: str) -> Reply:
    """Answer for one resource of one release; ``file`` is how its download is called, with the version in it."""
    whole = json.loads(sample.read_text(encoding="utf-8"))["Result"]
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
