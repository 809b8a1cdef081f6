"""Values of a YAML text that somebody outside wrote, within bounds. No I/O."""

from __future__ import annotations

from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent

MOST_VALUES = 5000
MOST_WRITTEN, MOST_BYTES = 50_000, 1_000_000
"""Keys and values of a text that a person wrote, each alias as all that it stands for; and the bytes it may have."""
DEEPEST = 100
"""Lists and maps within one another: what reads, places and shows them goes into each."""


def weighed(text: str) -> str:
    """Return the text when it is no more than a person writes, before anything is made of it.

    Aliases let a few lines mean billions, and a merge key (``<<``) multiplies while the values are made: they are
    counted in the text itself. Raises ValueError, in words; YAMLError when it is no YAML.
    """
    if len(text) > MOST_BYTES:
        raise ValueError(f"it has {len(text):,} letters; {MOST_BYTES:,} are read")
    known: dict[str, int] = {}
    around: list[tuple[int, str | None]] = []
    total = 0
    for event in YAML(typ="safe").parse(text):
        if isinstance(event, CollectionEndEvent):
            begun, anchor = around.pop()
        elif isinstance(event, NodeEvent):
            begun, anchor = total, None if isinstance(event, AliasEvent) else event.anchor
            # What stands for something that is not yet closed holds itself.
            total += known.get(event.anchor, MOST_WRITTEN + 1) if isinstance(event, AliasEvent) else 1
            if total > MOST_WRITTEN:
                raise ValueError(f"it holds more than {MOST_WRITTEN:,} values, or one that holds itself")
            if isinstance(event, CollectionStartEvent):
                around.append((begun, anchor))
                if len(around) > DEEPEST:
                    raise ValueError(f"its lists and maps go more than {DEEPEST} levels deep")
                continue
        else:
            continue
        if anchor:
            known[anchor] = total - begun
    return text


def values(data: bytes, *, days_as_text: bool = True) -> Any:
    """Return the values; a day written without quotes is text as a person wrote it, unless days are wanted.

    Raises ValueError, in words, for what is no YAML, names a day that there is not, or holds too much: aliases can make
    a few lines mean billions.
    """
    try:
        said = YAML(typ="safe").load(weighed(data.decode("utf-8-sig")))
    except (YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"it is not read as YAML: {' '.join(str(error).split())[:200]}") from None
    try:
        plain = _plain(said, [MOST_VALUES])
    except (ValueError, RecursionError):
        raise ValueError(f"it holds more than {MOST_VALUES:,} values, or one that holds itself") from None
    return plain if days_as_text else said


def _plain(value: Any, left: list[int]) -> Any:
    """Return a value with its days as text. ``left`` counts down the values still allowed."""
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("too many values")
    if isinstance(value, dict):
        return {str(k): _plain(v, left) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v, left) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
