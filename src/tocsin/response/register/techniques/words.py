"""What a part says, checked before it is kept, by what ``kinds`` declares of its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tocsin.catalog.library import library
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.core.words import LEAST_LETTERS, LEAST_WORDS, MOST, SHORT, said, substantial
from tocsin.response.register.techniques.kinds import Field, Part

Keys = Callable[[str], Collection[str]]
"""Given a part, the keys that stand of it in this technique."""
YES = {"yes", "on", "true", "1"}


def checked(part: Part, given: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """Return the words of a part, trimmed and in the order of its fields.

    Raises Misuse for a field or a choice there is not, or a key, day or number that cannot be read; Refused for what
    is required and says nothing, or is too long.
    """
    names = [f.name for f in part.fields]
    for name in given:
        if name not in names:
            raise Misuse(f"{part.title} has no field {name!r}", todo=f"It has {', '.join(names)}")
    return {field.name: _value(part, field, given.get(field.name, ""), keys) for field in part.fields}


def _value(part: Part, field: Field, value: Any, keys: Keys) -> Any:
    if field.kind == "flag":
        return value is True or str(value).strip().lower() in YES
    if field.kind == "keys":
        return _keys(part, field, value, keys)
    text = said(str(value), MOST if field.kind == "text" else SHORT)
    if not text:
        if field.required:
            raise Refused(f"{part.title}: “{field.label}” is not said", todo=f"Write it, as the field {field.name}")
        return ""
    if field.kind == "text" and field.required and not substantial(text):
        raise Refused(
            f"{part.title}: “{field.label}” says too little",
            todo=f"Write {LEAST_WORDS} different words and {LEAST_LETTERS} letters at least",
        )
    reads: dict[str, Callable[[str], str]] = {
        "choice": lambda t: _among(field, t, [c for c, _ in field.choices]),
        "key": lambda t: _among(field, t, keys(field.of)),
        "day": lambda t: parse_date(t).isoformat(),
        "number": lambda t: _number(field, t),
        "case": _case,
    }
    return reads.get(field.kind, str)(text)


def _keys(part: Part, field: Field, value: Any, keys: Keys) -> list[str]:
    wanted = value if isinstance(value, list) else str(value).replace(",", " ").split()
    if not wanted and field.required:
        raise Refused(f"{part.title}: “{field.label}” names none", todo="Name one or more of them")
    return [_among(field, str(one), keys(field.of)) for one in dict.fromkeys(wanted)]


def _among(field: Field, text: str, known: Collection[str]) -> str:
    if text in known:
        return text
    named = ", ".join(known)
    raise Misuse(
        f"{text[:40]!r} is none of “{field.label}”",
        todo=f"Choose among {named}" if named else f"There is none yet: add {field.of or 'one'} first",
    )


def _number(field: Field, text: str) -> str:
    """Return a decimal above nought as written, without an exponent."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not Decimal("0.000001") <= number <= Decimal(10**9):
        raise Misuse(f"{text[:40]!r} is no mark for “{field.label}”", todo="Write a number above nought, as 25 or 0.04")
    return format(number.normalize(), "f")


def _case(text: str) -> str:
    """Return the id of a case of the catalogue, or what else was written; a word that looks like an id must be one."""
    if text in library().cases:
        return text
    if not substantial(text) and len(text) < LEAST_LETTERS:
        raise Misuse(
            f"{text[:40]!r} is no case of the catalogue", todo="Name it as C01, or its place and year in words"
        )
    return text
