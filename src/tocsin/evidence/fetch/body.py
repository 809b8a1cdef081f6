"""The body of one answer, as it comes: bounded in size, taken up where it broke off, unpacked within the same bound.

A large answer that names its version (ETag or Last-Modified) is written to ``partial/`` while it comes; when the line
breaks, or the program ends, the next try asks for the rest, and only if the version is still the same (RFC 9110,
Range and If-Range). Whatever does not fit together is thrown away and asked for whole.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

import httpx2

from tocsin.core import archives
from tocsin.evidence.fetch.problems import Again, Wrong
from tocsin.evidence.store.files import write_json

RESUME_FROM = 262_144
"""Bytes from which an answer is worth taking up again; below, asking once more is as quick."""


class Partial:
    """What there is of an answer that broke off, under the hash of its question."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / key
        self._about = folder / f"{key}.json"

    def asks(self) -> dict[str, str]:
        """Return the headers that ask for the rest; none when there is nothing to take up."""
        try:
            about = json.loads(self._about.read_bytes())
            version, have = str(about["version"]), self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return {"Range": f"bytes={have}-", "If-Range": version} if have else {}

    def begin(self, version: str) -> None:
        """Begin to keep an answer of a version."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")
        write_json(self._about, {"version": version})

    def drop(self) -> None:
        """Throw away what there is."""
        for path in (self._about, self.path):
            with suppress(FileNotFoundError):
                path.unlink()


def versions(headers: Mapping[str, str]) -> dict[str, str]:
    """Return ETag and Last-Modified as they may be sent back; empty where there is none, or one that is not in form."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return {
        "etag": etag if re.fullmatch(r'(?:W/)?"[\x21\x23-\x7e]{1,200}"', etag) else "",
        "last_modified": modified if re.fullmatch(r"[\x20-\x7e]{20,40}", modified) else "",
    }


def version_of(headers: Mapping[str, str]) -> str:
    """Return what If-Range may name: a strong ETag, else Last-Modified; empty when there is neither."""
    known = versions(headers)
    return known["etag"] if known["etag"].startswith('"') else known["last_modified"]


def receive(response: httpx2.Response, host: str, most: int, partial: Partial) -> bytes:
    """Return the whole body. Raises Wrong when it has more than ``most`` bytes, Again when it does not fit together."""
    headers = response.headers
    resumed = _resumes(response, host, partial) if response.status_code == 206 else b""
    if response.status_code != 206:
        partial.drop()
    declared = headers.get("content-length", "")
    coming = int(declared) if re.fullmatch(r"\d{1,15}", declared) else None
    if coming is not None and coming + len(resumed) > most:
        raise _too_large(host, most)
    coded = headers.get("content-encoding", "identity").strip().lower()
    keeps = coded == "identity" and bool(version_of(headers)) and (coming is None or coming >= RESUME_FROM)
    if keeps and not resumed:
        partial.begin(version_of(headers))
    # A buffer hands out what it holds without a copy; a list of chunks, joined, would be there twice.
    whole, size = io.BytesIO(), len(resumed)
    whole.write(resumed)
    with partial.path.open("ab") if keeps or resumed else nullcontext() as file:
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > most:
                partial.drop()
                raise _too_large(host, most)
            whole.write(chunk)
            if file is not None:
                file.write(chunk)
    body = whole.getvalue()
    if response.status_code == 206 and size != _total(response):
        partial.drop()
        raise Again("broken-off", f"the rest that {host} sent does not make the answer whole")
    partial.drop()
    return _decoded(body, coded, host, most)


def _resumes(response: httpx2.Response, host: str, partial: Partial) -> bytes:
    """Return what is there already when the rest begins where it ends. Raises Again when it does not."""
    have = partial.path.read_bytes() if partial.path.exists() else b""
    found = re.fullmatch(r"bytes (\d{1,15})-\d{1,15}/\d{1,15}", response.headers.get("content-range", ""))
    if not have or not found or int(found[1]) != len(have):
        partial.drop()
        raise Again("range", f"{host} sent another part of the answer than the one asked for")
    return have


def _total(response: httpx2.Response) -> int:
    return int(response.headers["content-range"].rpartition("/")[2])


def _decoded(body: bytes, coded: str, host: str, most: int) -> bytes:
    """Return the body as it was before the line packed it, within the same bound."""
    if coded == "identity":
        return body
    if coded not in ("gzip", "x-gzip", "deflate"):
        raise Wrong("coding", f"{host} packed its answer in a way that was not asked for: {coded[:20]!r}")
    try:
        return archives.streams(body, most, wbits=47 if coded != "deflate" else 15)
    except zlib.error:
        raise Again("broken-off", f"the packed answer of {host} is damaged") from None
    except archives.TooLarge:
        raise _too_large(host, most) from None
    except EOFError:
        raise Again("broken-off", f"the packed answer of {host} is cut off") from None


def _too_large(host: str, most: int) -> Wrong:
    return Wrong("too-large", f"the answer of {host} is larger than the {most:,} bytes it may have")
