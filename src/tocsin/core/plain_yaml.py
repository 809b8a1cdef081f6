"""Values of a YAML text that somebody outside wrote, within bounds. No I/O."""

from __future__ import annotations

from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

MOST_VALUES = 5000


def values(data: bytes, *, days_as_text: bool = True) -> Any:
    """Return the values; a day written without quotes is text as a person wrote it, unless days are wanted.

    Raises ValueError, in words, for what is no YAML, names a day that there is not, or holds too much: aliases can make
    a few lines mean billions.
    """
    try:
        said = YAML(typ="safe").load(data.decode("utf-8-sig"))
    except (YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"it is not YAML: {' '.join(str(error).split())[:200]}") from None
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
