"""V-Dem: an archive with one table a version; a version that is not out is a page of an error."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

from tests.fakes.publishers._before import stands
from tests.fakes.publishers._words import Reply, Request

from tocsin.core.context import Context

EXEMPT = {
    "expired_token": "no token is asked for: the files are open",
    "repeats_the_secret": "nothing secret is sent: the files are open",
    "duplicated_pages": "there are no pages: one archive holds everything",
}
OUT = "16"


def before(ctx: Context, samples: Path) -> None:
    """The version before it stands already."""
    rows = list(csv.DictReader((samples / "V-Dem-CY-Core-v16.csv").read_text("utf-8").splitlines()))
    old = [r for r in rows if r["year"] == "2024" and r["country_text_id"] in {"SDN", "TCD"}]
    indices = ("v2x_polyarchy", "v2x_libdem")
    stands(ctx, "vdem", [(r["country_text_id"], 2024, t, float(r[t])) for r in old for t in indices])


def answer(request: Request, samples: Path) -> Reply:
    """Answer ``/media/datasets/V-Dem-CY-Core-vNN_csv.zip``."""
    if request.path != f"/media/datasets/V-Dem-CY-Core-v{OUT}_csv.zip":
        return Reply.text("<html><body>Page not found</body></html>", "text/html", 404)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(f"V-Dem-CY-Core-v{OUT}.csv", (2026, 3, 1, 0, 0, 0))
        archive.writestr(member, (samples / "V-Dem-CY-Core-v16.csv").read_bytes())
    return Reply.file(out.getvalue(), "application/zip")
