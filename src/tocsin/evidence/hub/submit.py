"""Hand a forecast in: read it, check all of it, keep it or say every reason why not. Refused, nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tocsin.catalog.outcomes import outcomes
from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.core.plain_yaml import MOST_BYTES
from tocsin.core.words import said
from tocsin.evidence.forecast import hub
from tocsin.evidence.hub import metadata as says
from tocsin.evidence.hub import shelf, windows
from tocsin.evidence.hub.check import Checked, check
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.readers import reader
from tocsin.evidence.run_folder import sha256
from tocsin.evidence.sources.issues import Issue


@dataclass(frozen=True)
class Outcome:
    """What became of a submission. ``rules`` counts the findings that refuse, by rule; ``about`` is null if refused."""

    outcome: str
    model_id: str
    file: str
    rows_in: int
    issues: list[dict[str, object]]
    rules: dict[str, int]
    folder: Path | None = None
    about: dict[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        """Whether it is kept."""
        return self.outcome != "refused"


def submit(
    ctx: Context,
    file: Path,
    meta_file: Path,
    shape: str = "hubverse",
    *,
    post: str = "analyst",
    enter: shelf.Enter | None = None,
) -> Outcome:
    """Take a file in on behalf of a post, or refuse it with every reason found in it and in its metadata.

    ``enter`` puts the receipt on record before the file is kept; should it fail, nothing is kept.
    Raises Misuse for an absent file or an unknown shape, Damaged when what is kept cannot be read.
    """
    read = reader(shape)
    for path, what in ((file, "forecasts"), (meta_file, "metadata")):
        if not path.is_file():
            raise Misuse(
                f"There is no file {path}", todo=f"Give the path of the {what}; tocsin hub template writes both"
            )
    with meta_file.open("rb") as said_of_it:
        meta_bytes = said_of_it.read(MOST_BYTES + 1)
    meta, faults = says.read(meta_bytes)
    claims = read(file, meta)
    checked = check(claims, meta, ctx.now())
    issues = [*faults, *checked.issues]
    model_id = meta.model_id if not faults else ""
    if (shape == "human") is not (meta.kind == "human") and not faults:
        issues.insert(
            0,
            Issue(
                "metadata", f"kind is {meta.kind}, the file is handed in as {shape}", None, "kind", meta.kind, "file"
            ),
        )
    listed = [{**i.as_dict(), "file": meta_file.name if i.rule == "metadata" else file.name} for i in issues]
    rules = dict(Counter(i.rule for i in issues if i.weight in ("row", "file")))
    if not rules and not len(checked.rows) and not len(checked.samples):
        listed.append(
            {**Issue("nothing", "not one forecast could be read from it", weight="file").as_dict(), "file": file.name}
        )
        rules = {"nothing": 1}
    if rules:
        return Outcome("refused", model_id, file.name, claims.rows_in, listed, rules)
    data = file.read_bytes()
    digest = shelf.digest_of(data, meta_bytes)
    before = shelf.same(ctx, model_id, digest)
    if before:
        told = f"the same file and metadata were received on {before.about['received_at']}: nothing new is kept"
        listed.append({**Issue("again", told, weight="note").as_dict(), "file": file.name})
        return Outcome("kept before", model_id, file.name, claims.rows_in, listed, {}, before.folder, before.about)
    given = {f"submitted{file.suffix.lower()[:8]}": data, "metadata.yml": meta_bytes}
    about = {**_about(ctx, meta, checked, shape), "file": said(file.name)[:120], "sha256": digest}
    about |= {"file_sha256": sha256(data), "metadata_sha256": sha256(meta_bytes), "issues": listed[:200]}
    about["by"] = post
    kept = shelf.keep(ctx, about, hub.checked(checked.rows), checked.samples, given, enter)
    return Outcome("accepted", model_id, file.name, claims.rows_in, listed, {}, kept.folder, kept.about)


def _about(ctx: Context, meta: Metadata, checked: Checked, shape: str) -> dict[str, Any]:
    """Return what is kept beside the rows: the makers' words, what the rows cover, how each came in time."""
    key = ["target", "origin", "horizon", "place_id"]
    parts = [f.select(key) for f in (checked.rows, checked.samples) if len(f)]
    asked = pl.concat(parts).unique()
    counted: Counter[str] = Counter()
    known = outcomes()
    for target, origin, horizon, n in (
        asked.group_by("target", "origin", "horizon").len().sort("target", "origin", "horizon").iter_rows()
    ):
        span = windows.window(origin, known[target].target, horizon)
        counted[windows.standing(span, ctx.now(), retrospective=meta.retrospective)] += n
    return {
        "model_id": meta.model_id,
        "kind": meta.kind,
        "read_as": shape,
        "metadata": meta.model_dump(mode="json"),
        "retrospective": meta.retrospective,
        "targets": sorted(asked["target"].unique()),
        "origins": sorted(asked["origin"].unique(), key=windows.month_of),
        "horizons": sorted(asked["horizon"].unique()),
        "places": asked["place_id"].n_unique(),
        "questions": len(asked),
        "values": len(checked.rows) + sum(map(len, checked.samples["samples"]))
        if len(checked.samples)
        else len(checked.rows),
        "standing": dict(counted),
    }
