"""Words by which a text is weakened, one file a language: scales from strong to weak, hedges, denials, number words.

A language without a file is not judged, and that is said. The lists judge a change between two texts, never a text.
"""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.catalog.yaml_files import one_each


class Scale(BaseModel):
    """Words for one thing in steps, the strongest first; words of a step are equally strong."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str = Field(min_length=3)
    steps: tuple[tuple[str, ...], ...] = Field(min_length=2)


class Wording(BaseModel):
    """The lists of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z]{2,3}$", description="Language, ISO 639.")
    name: str
    basis: str = Field(min_length=3)
    scales: tuple[Scale, ...]
    hedges: tuple[str, ...] = Field(min_length=1)
    denials: tuple[str, ...] = Field(min_length=1)
    numbers: dict[str, int] = Field(description="Number words; 100 and more multiply what stands before them.")
    abbreviations: tuple[str, ...] = Field(description="Words whose full stop ends no statement.")

    @model_validator(mode="after")
    def _once(self) -> Wording:
        """Refuse a word that stands on two steps of a scale, or that is not in small letters."""
        for scale in self.scales:
            words = [word for step in scale.steps for word in step]
            if len(set(words)) != len(words):
                raise ValueError(f"scale {scale.about!r}: a word stands on two steps")
        listed = [*self.hedges, *self.denials, *(w for s in self.scales for step in s.steps for w in step)]
        if any(word != word.casefold().strip() for word in listed):
            raise ValueError("words are written in small letters, without space around them")
        return self


@cache
def wordings() -> dict[str, Wording]:
    """Return the lists by language. Raises Damaged when a file does not hold together."""
    return one_each(Wording, __package__, "wording")


def of(language: str) -> Wording | None:
    """Return the lists of a language given as BCP 47 (``en-GB``); None when there are none."""
    return wordings().get(language.replace("_", "-").partition("-")[0].casefold())
