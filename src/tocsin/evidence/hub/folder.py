"""A hubverse hub on disk: ``model-output/<team>-<model>/`` with a file a round, ``model-metadata/<team>-<model>.yml``.

Source: hubverse documentation, model output (https://docs.hubverse.io/en/latest/user-guide/model-output.html): a
folder a model, named as its metadata file; CSV or Parquet. Each is then handed in by the rules of ``submit``.
"""

from __future__ import annotations

from pathlib import Path

from tocsin.core.context import Context
from tocsin.core.errors import Misuse
from tocsin.evidence.hub import shelf
from tocsin.evidence.hub.submit import Outcome, submit
from tocsin.evidence.sources.issues import Issue

OUTPUT, METADATA = "model-output", "model-metadata"
KINDS = (".csv", ".parquet")
MOST_FILES = 2000


def rounds(root: Path) -> list[tuple[Path, Path]]:
    """Return every file of forecasts with its metadata file, whether that is there or not, in order of names.

    Links are not followed out of the folder. Raises Misuse when it is no hub.
    """
    if not (root / OUTPUT).is_dir():
        raise Misuse(f"{root} holds no folder {OUTPUT}", todo="Give the folder of a hubverse hub")
    found = [
        (file, _metadata(root, file.parent.name))
        for file in sorted((root / OUTPUT).glob("*/*"))
        if file.suffix.lower() in KINDS and file.is_file() and file.resolve().is_relative_to(root.resolve())
    ]
    if not found:
        raise Misuse(
            f"{root / OUTPUT} holds no file of forecasts", todo="They lie in it in a folder a model, CSV or Parquet"
        )
    if len(found) > MOST_FILES:
        raise Misuse(f"{len(found):,} files; {MOST_FILES:,} are taken at a time", todo="Give a part of the hub")
    return found


def _metadata(root: Path, model: str) -> Path:
    """Return where the metadata of a model stand, or would."""
    for ending in (".yml", ".yaml"):
        file = root / METADATA / f"{model}{ending}"
        if file.is_file():
            return file
    return root / METADATA / f"{model}.yml"


def hand_in(
    ctx: Context, file: Path, metadata: Path, *, post: str = "analyst", enter: shelf.Enter | None = None
) -> Outcome:
    """Hand one file in as ``submit`` does; without metadata it is refused itself: nobody says what it holds."""
    if metadata.is_file():
        return submit(ctx, file, metadata, post=post, enter=enter)
    told = f"{file.parent.name} has no metadata: ask its makers for {METADATA}/{metadata.name}"
    issue = Issue("metadata", told, weight="file")
    return Outcome("refused", "", file.name, 0, [{**issue.as_dict(), "file": metadata.name}], {"metadata": 1})
