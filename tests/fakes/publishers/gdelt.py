"""GDELT's file server: two lists and archives under one folder; what is not there is a page of the storage.

The samples are the tables inside the archives: an archive is packed here, always to the same bytes, and the lists name
its size and MD5 as the publisher's do.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

from tests.fakes.publishers._words import Reply, Request

ABSENT = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>"
FOLDER = "/gdeltv2/"
EXEMPT = {
    "duplicated_pages": "there are no pages: each file has a name, a size and a sum of its own in the list",
    "expired_token": "files are open to everybody: no token is sent",
    "repeats_the_secret": "files are open to everybody: no secret is sent",
}


def answer(request: Request, samples: Path) -> Reply:
    """Answer as the storage behind data.gdeltproject.org does."""
    name = request.path.removeprefix(FOLDER)
    archives = {f"{file.name}.zip": packed(file) for file in sorted(samples.glob("*.export.CSV"))}
    lists = {"lastupdate.txt": list(archives)[-1:], "masterfilelist.txt": list(archives)}
    if name in lists:
        return Reply.text("".join(_listed(n, archives[n]) for n in lists[name]))
    if name in archives:
        return Reply.file(archives[name], "application/zip")
    return Reply.text(ABSENT, "application/xml", 404)


def packed(file: Path) -> bytes:
    """Return the archive of one table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(file.name, (2026, 3, 1, 0, 0, 0)), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _listed(name: str, body: bytes) -> str:
    """Return the three lines of a moment: events, mentions, knowledge graph."""
    at = f"http://data.gdeltproject.org{FOLDER}{name[:14]}"
    events = f"{len(body)} {hashlib.md5(body).hexdigest()} {at}.export.CSV.zip"
    return f"{events}\n1000 {'0' * 32} {at}.mentions.CSV.zip\n5000 {'0' * 32} {at}.gkg.csv.zip\n"
