"""What people put in the place of a publisher's values in one file: the cells, and who said so, when and why.

It is kept as bytes under its hash beside the publisher's own, and takes part in the hash of the load that it makes: the
mended file is those two, and nothing of what came is rewritten.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from tocsin.core.errors import Damaged
from tocsin.evidence.sources import Cell
from tocsin.evidence.store.files import sha256

TOLD = 6


@dataclass(frozen=True)
class MendedRow:
    """One row: what it said (``was``) and what it says now (``now``), by column; by whom, under which post, and why."""

    row: int
    was: dict[str, str | None]
    now: dict[str, str]
    name: str
    post: str
    at: str
    why: str


@dataclass(frozen=True)
class Mend:
    """The mended rows of one file, in their order.

    ``of`` is the hash of the file as it came, ``came_at`` when that was: mending it makes no figure newer.
    """

    of: str
    came_at: str
    rows: tuple[MendedRow, ...]

    @cached_property
    def data(self) -> bytes:
        """Return it as bytes: the same rows give the same."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @property
    def sha256(self) -> str:
        """The hash that its bytes are kept under."""
        return sha256(self.data)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The values to lay over the table."""
        return tuple(Cell(r.row, column, value) for r in self.rows for column, value in sorted(r.now.items()))

    @property
    def origin(self) -> str:
        """Say where the figures come from: the file, which cells, who and why."""
        told = [
            f"row {r.row} {', '.join(f'{c}: {r.was.get(c)!r} is {v!r}' for c, v in sorted(r.now.items()))} "
            f"({r.name}, {r.post}, {r.at}: {r.why})"
            for r in self.rows[:TOLD]
        ]
        more = [f"and {len(self.rows) - TOLD} more rows"] if len(self.rows) > TOLD else []
        return f"mended from {self.of}: {'; '.join([*told, *more])}"


def parse(data: bytes) -> Mend:
    """Return the mend that bytes hold. Raises Damaged when they hold none."""
    try:
        said: dict[str, Any] = json.loads(data)
        rows = tuple(MendedRow(**row) for row in said["rows"])
        return Mend(said["of"], said["came_at"], rows)
    except (ValueError, KeyError, TypeError):
        raise Damaged("A mended row of a file cannot be read", todo="Restore the store from a backup") from None
