"""How far a row of the catalogue has been checked, in one place, for screen, brief and terminal alike."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

FROM_MEMORY = "from memory, unverified"


@lru_cache(maxsize=4096)
def verified(basis: str) -> bool:
    """Tell whether all of a row was read from a copy of its source.

    A basis that mentions memory anywhere is not verified: a row read in part still rests on memory in part.
    """
    text = basis.casefold().strip()
    return text.startswith("read") and "memory" not in text and "in part" not in text


@lru_cache(maxsize=4096)
def basis_label(basis: str) -> str:
    """Return the words to show beside a row: how it came into the catalogue, and never more than that.

    One of: read from a copy of its source; read in part; from memory with low confidence;
    our own mapping; the organisation's own order; from memory. A row of others that was not read whole is "unverified".
    """
    text = basis.strip()
    folded = text.casefold()
    if verified(text):
        source = re.sub(r"^read\s*:?\s*", "", text, flags=re.IGNORECASE)
        return f"read from a copy of its source ({source})" if source else "read from a copy of its source"
    if "low confidence" in folded:
        return "from memory, low confidence that number and text belong together, unverified"
    if folded.startswith("read") or "[read]" in folded or "points read" in folded or "read in part" in folded:
        return "read in part, the rest from memory, unverified"
    if folded.startswith("own:"):
        return "written by the organisation itself, not a law"
    if folded.startswith("our own"):
        return "our own mapping, unverified"
    return FROM_MEMORY


class Based(BaseModel):
    """Whatever of the catalogue says how far it was checked: a row, a question, a whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basis: str = Field(min_length=1)

    @property
    def verified(self) -> bool:
        """Whether all of it was read from a copy of its source."""
        return verified(self.basis)

    @property
    def basis_label(self) -> str:
        """The mark to show beside it."""
        return basis_label(self.basis)
