"""Values as they may stand in a ledger body: no floats, no dates, no model objects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tocsin.core.clock import iso


def plain(value: Any) -> Any:  # noqa: PLR0911 - one kind of value a return
    """Return a value with floats as their shortest text, moments and dates as ISO, containers copied.

    Canonical JSON has no floats here: two programs may write the same float differently, and then differ in hash.
    """
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner) for inner in (sorted(value) if isinstance(value, set) else value)]
    return str(value)
