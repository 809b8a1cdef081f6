"""From the bytes of a file to claims. Four shapes; which one it is, is said by whoever hands it in, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tocsin.core.errors import Misuse
from tocsin.evidence.hub.claims import Claims
from tocsin.evidence.hub.metadata import Metadata
from tocsin.evidence.hub.readers import ewp, hubverse, human, views

Reader = Callable[[Path, Metadata], Claims]
READERS: Mapping[str, Reader] = {
    "hubverse": hubverse.read,
    "ewp": ewp.read,
    "views": views.read,
    "human": human.read,
}


def reader(shape: str) -> Reader:
    """Return the reader of a shape. Raises Misuse when there is none of that name."""
    if shape not in READERS:
        raise Misuse(f"{shape!r} is not a shape that is read", todo=f"Choose one of {', '.join(READERS)}")
    return READERS[shape]
