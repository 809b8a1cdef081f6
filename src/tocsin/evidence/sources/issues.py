"""What a reader found wrong, in the words the command line and the sources page use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Weight = Literal["note", "warn", "row", "file"]
"""note: worth knowing; warn: the load is marked; row: the row is quarantined; file: the file is refused."""


@dataclass(frozen=True)
class Issue:
    """One finding. ``row`` counts records under the header from 1; None means the file as a whole."""

    rule: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    weight: Weight = "row"

    def as_dict(self) -> dict[str, object]:
        """Return the five keys of the command-line contract and the weight."""
        return asdict(self)


class FileRefused(Exception):
    """The file as a whole cannot be read; carries the issue that says why."""

    def __init__(
        self, rule: str, message: str, *, row: int | None = None, column: str | None = None, value: str | None = None
    ) -> None:
        self.issue = Issue(rule, message, row, column, value, "file")
        super().__init__(message)
