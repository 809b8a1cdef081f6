"""Where submissions are kept: one folder each, written once, never changed; a second one stands beside the first.

``<home>/hub/<model_id>/<origins>/<received>-<hash>/`` holds the file as it came (``submitted.*``), ``metadata.yml``,
``forecasts.parquet`` (hub columns), ``samples.parquet`` where there are draws, ``submission.json`` and a manifest of
hashes. ``<origins>`` is the origin, or the first and last of several.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.core.clock import iso, parse_time
from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.evidence.run_folder import MANIFEST, json_bytes, parquet_bytes, put, sha256, verify

FORECASTS, SAMPLES, ABOUT = "forecasts.parquet", "samples.parquet", "submission.json"


Enter = Callable[[dict[str, Any]], None]
"""Puts a receipt on record: given what ``receipt`` says of a submission, before it is kept."""


@dataclass(frozen=True)
class Submission:
    """One accepted submission, its hashes checked. ``about`` is submission.json."""

    folder: Path
    about: dict[str, Any]

    @property
    def model_id(self) -> str:
        """The model's name."""
        return str(self.about["model_id"])

    @property
    def received(self) -> datetime:
        """When it came in, by the clock of this house."""
        return parse_time(self.about["received_at"])

    @property
    def retrospective(self) -> bool:
        """Whether its makers say it was made after the fact."""
        return bool(self.about["retrospective"])

    def rows(self) -> pl.DataFrame:
        """Return its forecasts (hub columns) without samples."""
        return pl.read_parquet(self.folder / FORECASTS)

    def samples(self) -> pl.DataFrame | None:
        """Return its samples: place_id, origin, target, horizon, samples (list); None when it has none."""
        file = self.folder / SAMPLES
        return pl.read_parquet(file) if file.is_file() else None


def root(ctx: Context) -> Path:
    """Return the hub's folder in this home."""
    return ctx.settings.home / "hub"


def everything(ctx: Context) -> list[Submission]:
    """Return every accepted submission, oldest first. Raises Damaged when one is not what was written."""
    found = []
    for file in sorted(root(ctx).glob(f"*/*/*/{ABOUT}")):
        verify(file.parent)
        try:
            found.append(Submission(file.parent, json.loads(file.read_bytes())))
        except ValueError:
            raise Damaged("The record of a submission cannot be read", where=str(file)) from None
    return sorted(found, key=lambda s: (s.about["received_at"], s.folder.name))


def same(ctx: Context, model_id: str, digest: str) -> Submission | None:
    """Return the submission of a model whose file and metadata have this hash, if there is one."""
    return next((s for s in everything(ctx) if s.model_id == model_id and s.about["sha256"] == digest), None)


def digest_of(data: bytes, metadata: bytes) -> str:
    """Return the one hash of a file and its metadata."""
    return sha256(f"{sha256(data)} {sha256(metadata)}".encode())


def span(origins: list[str]) -> str:
    """Return the name of the origins' folder: ``2024``, or ``1993_to_2023``."""
    return origins[0] if len(origins) == 1 else f"{origins[0]}_to_{origins[-1]}"


def receipt(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the record needs of a submission so that an outsider can check when it came: hashes, no figures."""
    names = ("model_id", "sha256", "received_at", "targets", "origins", "questions", "standing", "retrospective")
    return {name: about[name] for name in names}


def keep(  # noqa: PLR0917 - two call sites
    ctx: Context,
    about: Mapping[str, Any],
    rows: pl.DataFrame,
    samples: pl.DataFrame,
    given: Mapping[str, bytes],
    enter: Enter | None = None,
) -> Submission:
    """Keep a submission: ``about`` gets the moment of receipt; ``given`` are the files as they came, by name.

    Whole or not at all, and not without its entry. Raises Damaged when a folder of that name is there and is not what
    was written.
    """
    said = {**about, "received_at": iso(ctx.now())}
    files = {**given, FORECASTS: parquet_bytes(rows), ABOUT: json_bytes(said)}
    if len(samples):
        files[SAMPLES] = parquet_bytes(samples)
    files[MANIFEST] = json_bytes({"sha256": {name: sha256(data) for name, data in sorted(files.items())}})
    moment = str(said["received_at"]).replace(":", "").replace("-", "")
    folder = root(ctx) / str(said["model_id"]) / span(list(said["origins"])) / f"{moment}-{str(said['sha256'])[:10]}"
    if enter is not None:
        enter(receipt(said))
    put(folder, files)
    return Submission(folder, json.loads(files[ABOUT]))
