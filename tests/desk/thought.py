"""Two techniques with something in each, by command: a matrix, and a scenario with an indicator that is overdue."""

from __future__ import annotations

from collections.abc import Callable

WEIGHED = ("credibility=high", "relevance=low", "link=https://example.org/a")
WATCHED = ("scenario=S1", "text=Lorries are turned back", "threshold=40", "source=UCDP", "means=The siege has begun",
           "look_on=2026-01-01", "watched_by=analyst", "quantity=one_sided_deaths", "mark=40")  # fmt: skip


def think(put: Callable[..., str]) -> None:
    """Open both on Sudan; ``put`` runs a command on the home."""
    by = ("--by", "analyst")
    put("technique", "open", "SDN", "hypotheses", "--question", "Who shelled the market of Tawila?", *by)
    put("technique", "say", "SDN", "1", "hypothesis", "text=It was staged to be blamed on it", "deception=yes", *by)
    put("technique", "say", "SDN", "1", "evidence", "text=The shells came from the north", *WEIGHED, *by)
    put("technique", "say", "SDN", "1", "cell", "evidence=E1", "hypothesis=H1", "mark=II", *by)
    put("technique", "open", "SDN", "scenarios", "--question", "What comes after the market is shelled?", *by)
    put("technique", "say", "SDN", "2", "scenario", "name=Siege", "course=The roads close and then the market", *by)
    put("technique", "say", "SDN", "2", "indicator", *WATCHED, *by)
