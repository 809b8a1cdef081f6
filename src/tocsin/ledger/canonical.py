"""Canonical JSON (RFC 8785) without floating-point numbers: one value, one sequence of bytes.

Floats are refused rather than written: their text differs between writers, and a record kept for years must
not hang on the printing of a double. Write a quantity as a whole number or as text.
"""

from __future__ import annotations

import json
import re
from json.encoder import encode_basestring
from typing import Any

import rfc8785

from tocsin.core.errors import Refused

LARGEST_INTEGER = 2**53 - 1
"""RFC 8785 numbers are IEEE 754 doubles; whole numbers beyond this are not exact in them."""


_sorted = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode
_FOUR_BYTES = re.compile(b"[\xf0-\xff]")


def encode(value: Any) -> bytes:
    """Return the canonical UTF-8 bytes of a JSON value.

    Raises Refused, naming the place inside the value, for a float, a whole number beyond 2**53 - 1, text that
    is not Unicode, a key that is not text, or a type that JSON does not have.
    """
    if not _sound(value):
        _inspect(value, "body")
    return write(value)


def write(value: Any) -> bytes:
    """Return the canonical bytes of a value, or of a part of one, that ``encode`` has taken already."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value).encode()
    if kind is int:
        return b"%d" % value
    if value is None:
        return b"null"
    if kind is bool:
        return b"true" if value else b"false"
    data = _sorted(value).encode()
    # Keys are in the order of their UTF-16 units, which is that of code points but for what lies beyond U+FFFF.
    return rfc8785.dumps(value) if _FOUR_BYTES.search(data) else data


def _sound(value: Any) -> bool:
    """Tell, without saying where and why not, that nothing in a value needs a second look."""
    kind = type(value)
    if kind is str:
        return bool(value.isascii())
    if kind is int:
        return -LARGEST_INTEGER <= value <= LARGEST_INTEGER
    if kind is dict:
        return all(type(key) is str and key.isascii() and _sound(part) for key, part in value.items())
    return value is None or kind is bool or (kind is list and all(map(_sound, value)))


def _inspect(value: Any, path: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, float):
        raise Refused(f"{path} is {value!r}, a floating-point number", todo="Write it as a whole number or as text")
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise Refused(f"{path} is beyond 2**53 - 1", todo="Write it as text")
    elif isinstance(value, str):
        _inspect_text(value, path)
    elif isinstance(value, list | tuple):
        for position, part in enumerate(value):
            _inspect(part, f"{path}[{position}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise Refused(f"A key of {path} is {key!r}, not text")
            _inspect_text(key, f"A key of {path}")
            _inspect(part, f"{path}.{key}")
    else:
        raise Refused(f"{path} is a {type(value).__name__}, which JSON does not have", todo="Write it as text")


def _inspect_text(text: str, path: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(f"{path} holds half of a surrogate pair, which is not Unicode text") from None
