"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Finding:
    """What was looked at, whether it is in order, and what to do when it is not.

    ``id`` is stable for machines; ``what`` is a sentence; ``todo`` is empty when ``ok``.
    """

    id: str
    ok: bool
    what: str
    todo: str = ""
