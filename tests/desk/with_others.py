"""The pages about what others do, offer and promise, as the browser looks at them; and what it finds there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

PAGES = ["/r2p", "/r2p?crime=war_crimes&pillar=2", "/activities", "/pledges", "/capabilities", "/needs"]


def wanted(put: Callable[..., str]) -> None:
    """Somebody offers to fly, it is needed at the first question's place, and asked for."""
    kept = ("--organisation", "ohchr", "--what", "Two aircraft with crews", "--lead-days", "4", "--office", "field")
    put("capabilities", "offer", "airlift", *kept, "--by", "analyst")
    by = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d")
    need = ("--what", "Flights for the people of Tawila", "--needed-by", by, "--item", "1", "--by", "desk_officer")
    put("capabilities", "need", "airlift", *need)
    put("capabilities", "ask", "1", "1", "--words", "Two flights on Monday", "--by", "desk_officer")
    to = ("oversight", "pledges", "add", "un-joint-office", "--from", "ohchr", "--what", "Two officers to the office")
    put(*to, "--due", by, "--owner", "liaison", "--source", "A letter", "--by", "desk_officer")
