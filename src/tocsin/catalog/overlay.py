"""The options of a home laid over those that ship, and the grades lowered by every source that was withdrawn.

What ships is never edited. A home's option has an id of its own (``X01``) or that of the option it changes; taken
back, it leaves the catalogue and what ships stands again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import ValidationError

from tocsin.catalog import home, withdrawn
from tocsin.catalog.directive.book import home as data_folder
from tocsin.catalog.rows import LOWER, Option
from tocsin.catalog.withdrawn import HomeWithdrawal, Withdrawal
from tocsin.core.errors import Damaged


class Catalogue(Protocol):
    """What options stand in: a frozen dataclass of which they are one part."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def options(self) -> Mapping[str, Option]:
        """Every option by its id."""
        ...


C = TypeVar("C", bound=Catalogue)


def over(shipped: C) -> C:
    """Return the catalogue of this home. Raises Damaged when what it adds cannot be read."""
    folder = data_folder()
    stamps = home.stamp(folder, home.OPTIONS), home.stamp(folder, home.WITHDRAWN)
    found: C = _over(_Held(shipped), folder, stamps)
    return found


class _Held:
    """The shipped catalogue as a key: there is one, and it cannot be hashed itself."""

    def __init__(self, whole: Catalogue) -> None:
        self.whole = whole

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.whole is self.whole

    def __hash__(self) -> int:
        return id(self.whole)


@lru_cache(maxsize=16)
def _over(held: _Held, folder: Path, _stamps: tuple[tuple[int, int], tuple[int, int]]) -> Any:
    options = dict(held.whole.options)
    for row in home.rows(folder, home.OPTIONS):
        try:
            option = Option.model_validate(row)
        except ValidationError as error:
            fault = error.errors()[0]
            raise Damaged(
                f"An option of this home does not hold together: {'.'.join(map(str, fault['loc']))}: {fault['msg']}",
                where=str(home.path_of(folder, home.OPTIONS)),
                todo="Take it back: tocsin options withdraw",
            ) from None
        options[option.id] = option
    gone = withdrawn.every()
    return replace(held.whole, options={name: lowered(o, gone) for name, o in options.items()})


def lowered(option: Option, gone: Mapping[str, Withdrawal]) -> Option:
    """Return an option with its grade one step lower for each withdrawn source its evidence rests on.

    It rests on what it cites as speaking for it or both ways, on a link in its own words about the evidence, and on
    the studies of its reviewed tool. A study that spoke against it and is withdrawn raises nothing, and is told.
    """
    cited = [c.source for c in option.cited]
    named = withdrawn.keys("\n".join([*cited, option.evidence_text]))
    against = {withdrawn.key(c.source) for c in option.cited if c.finds == "against"}
    found = [gone[name] for name in named if name in gone]
    found += [
        w
        for w in gone.values()
        if isinstance(w, HomeWithdrawal) and option.evidence_tool in w.tools and w.key not in named
    ]
    if not found:
        return option
    grade = option.evidence_grade
    for one in found:
        grade = grade if one.key in against else LOWER[grade]
    because = tuple(w.sentence for w in found)
    stated = option.stated_grade or option.evidence_grade
    return option.model_copy(update={"evidence_grade": grade, "stated_grade": stated, "lowered_because": because})
