"""Words of likelihood (ICD 203), shown beside a probability and never instead of it: ``terms/likelihood.yml``."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.catalog.basis import Based
from tocsin.catalog.tables import Finding
from tocsin.catalog.yaml_files import faultless, looked_at

FILE = "terms/likelihood.yml"
PATH = Path(__file__).parent / FILE


class Band(BaseModel):
    """One word, its synonym, and the probabilities it stands for: ``low`` is in it, ``high`` is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float = Field(gt=0, lt=1)
    high: float = Field(gt=0, lt=1)
    word: str = Field(min_length=3)
    or_word: str = Field(min_length=3)


class Likelihood(Based):
    """The whole scale, and what is said where it has no word."""

    source: str
    below: str
    above: str
    bands: tuple[Band, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _without_gap(self) -> Likelihood:
        for before, after in pairwise(self.bands):
            if before.high != after.low:
                raise ValueError(f"{before.word!r} ends at {before.high} and {after.word!r} begins at {after.low}")
        return self

    def of(self, p: float) -> str:
        """Return the word for a probability, with its band: ``very unlikely (5–20%)``."""
        if p < self.bands[0].low:
            return self.below
        if p > self.bands[-1].high:
            return self.above
        one = next((b for b in self.bands if b.low <= p < b.high), self.bands[-1])
        return f"{one.word} ({100 * one.low:.0f}–{100 * one.high:.0f}%)"


def check(path: Path = PATH) -> list[Finding]:
    """Return the faults of the file."""
    return looked_at(Likelihood, path, FILE)[1]


@cache
def likelihood() -> Likelihood:
    """Return the scale. Raises Damaged when the file does not hold together."""
    return faultless(Likelihood, PATH, FILE, check())
