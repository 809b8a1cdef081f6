"""What is found in a package: something missing, which has no way around, or a flag, which can be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tocsin.core.words import substantial


@dataclass(frozen=True)
class Missing:
    """Something without which it cannot be submitted: in which field (its name in the form), and what is wrong."""

    field: str
    where: str
    what: str

    def sentence(self) -> str:
        """Return it in words."""
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Flag:
    """Something that must be changed or answered. ``options`` are options of the catalogue to look at instead."""

    key: str
    kind: str
    field: str
    what: str
    why: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    basis: str = ""
    answer: str = ""

    @property
    def answered(self) -> bool:
        """Whether a reason stands beside it."""
        return substantial(self.answer)

    def body(self) -> dict[str, Any]:
        """Return it as a version and the ledger keep it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "what": self.what,
            "why": self.why,
            "options": self.options,
            "basis": self.basis,
            "answer": self.answer,
        }
