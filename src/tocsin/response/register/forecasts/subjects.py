"""What a question came with: a round, a technique, an inject of an exercise; each named by its number at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tocsin.core.errors import Misuse, Refused
from tocsin.response.register.models import ForecastQuestion, Round
from tocsin.response.register.techniques.models import Technique

INJECT = "inject"


class Subject(NamedTuple):
    """What a question came with: its kind, the key of its row, the number people call it by, where its page is."""

    kind: str
    key: int
    number: int
    address: str


class _Kind(NamedTuple):
    rows: Callable[[], object]
    address: str


_KINDS = {
    "round": _Kind(lambda: Round.objects, "/places/{place}/rounds/{number}"),
    "technique": _Kind(lambda: Technique.objects, "/places/{place}/techniques/{number}"),
}
KINDS = tuple(_KINDS)


def found(place_id: str, word: str) -> Subject | None:
    """Return what ``round:3`` or ``technique:2`` names at a place; None for an empty word.

    Raises Misuse for another kind, Refused when there is none of that number there.
    """
    kind, _, number = word.strip().partition(":")
    if not kind:
        return None
    if kind not in _KINDS or not number.isdecimal() or len(number) > 9:
        raise Misuse(
            f"{word[:40]!r} is nothing a forecast comes with", todo=f"Write {' or '.join(f'{k}:1' for k in KINDS)}"
        )
    row = _KINDS[kind].rows().filter(place_id=place_id, number=int(number)).first()  # type: ignore[attr-defined]
    if row is None:
        raise Refused(f"There is no {kind} {number} on {place_id}", todo="Leave it out, or take its number")
    return Subject(kind, row.pk, row.number, _KINDS[kind].address.format(place=place_id, number=row.number))


def of(one: ForecastQuestion) -> Subject | None:
    """Return what a question came with; None when it stands alone or came with an inject, which has no page."""
    if one.about not in _KINDS or one.about_id is None:
        return None
    row = _KINDS[one.about].rows().filter(pk=one.about_id).first()  # type: ignore[attr-defined]
    if row is None:
        return None
    at = _KINDS[one.about].address.format(place=one.place_id, number=row.number)
    return Subject(one.about, row.pk, row.number, at)
