"""Whether a package is a plan of several communities: a line of development and one of information, each led (M12).

A plan without them is incomplete as a joint plan and says so, to whoever writes it and whoever decides on it. That
stands in nobody's way: some questions are answered by envoys alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tocsin.catalog.library import library
from tocsin.options.portfolio import BUILDING

COMMUNITIES: dict[str, str] = {
    "development": "development: economic or local work that coerces nobody",
    "information": "information: who watches, warns and keeps evidence",
}
_INSTRUMENTS = {"development": BUILDING, "information": ("informational",)}
NAMED = 3


def incomplete(lines: Iterable[tuple[str, bool]]) -> list[dict[str, Any]]:
    """Return what a joint plan lacks: the community, why, and options of the catalogue to look at.

    ``lines`` are each line's option and whether somebody leads it. A line without an option of the catalogue is of
    neither community: nobody can tell. Empty: the plan has a led line of each.
    """
    lines = list(lines)
    found = []
    for community, said in COMMUNITIES.items():
        theirs = [(option, led) for option, led in lines if _is(option, community)]
        if any(led for _, led in theirs):
            continue
        why = "the line has no lead" if theirs else "no line of it"
        known = [o.id for o in library().options.values() if _is(o.id, community)][:NAMED]
        what = f"Incomplete as a joint plan, {said}: {why}"
        found.append({"community": community, "what": what, "options": [] if theirs else known})
    return found


def _is(option_id: str, community: str) -> bool:
    """Whether an option is a community's work."""
    option = library().options.get(option_id)
    if option is None or option.instrument not in _INSTRUMENTS[community]:
        return False
    return community != "development" or option.coercive == "no"
