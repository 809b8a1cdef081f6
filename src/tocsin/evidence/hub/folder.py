"""A hubverse hub on disk: ``model-output/<team>-<model>/`` with a file a round, ``model-metadata/<team>-<model>.yml``.

Source: hubverse documentation, model output (https://docs.hubverse.io/en/latest/user-guide/model-output.html): a
folder a model, named as its metadata file; CSV or Parquet. Each is then handed in by the rules of ``submit``.
"""

from __future__ import annotations

from pathlib import Path

from tocsin.core.errors import Misuse

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
    """Return where the metadata of a model stand. Raises Misuse when it has none: nobody then says what they are."""
    for ending in (".yml", ".yaml"):
        file = root / METADATA / f"{model}{ending}"
        if file.is_file():
            return file
    raise Misuse(
        f"{model} has no metadata", where=str(root / METADATA / f"{model}.yml"), todo="Ask its makers for them"
    )
