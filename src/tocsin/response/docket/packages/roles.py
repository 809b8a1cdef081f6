"""The responsibility matrix (M60): who leads, supports and stays out, line by line, with overlaps and gaps."""

from __future__ import annotations

from typing import Any

from tocsin.catalog.library import library
from tocsin.response.docket.packages import timeline
from tocsin.response.docket.packages.findings import Flag
from tocsin.response.docket.packages.words import Words

LEAD, SUPPORT, ABSTAIN = "lead", "support", "stays out"


def matrix(said: Words) -> dict[str, Any]:
    """Return actors by lines: ``actors`` in order of first mention, ``rows`` with a cell each and what is flagged.

    ``cells`` holds the roles of each actor in a line, joined with a comma; empty: no part in it.
    """
    actors = list(
        dict.fromkeys(a for row in said.lines for part in ("leads", "support", "abstain") for a in row.parts(part))
    )
    rows = []
    for n, row in enumerate(said.lines, 1):
        option = library().options.get(row.option)
        roles = ((LEAD, row.parts("leads")), (SUPPORT, row.parts("support")), (ABSTAIN, row.parts("abstain")))
        leads = len(row.parts("leads"))
        rows.append(
            {
                "n": n,
                "ref": timeline.ref(n, said.lines),
                "what": row.what or (option.name if option else ""),
                "cells": [", ".join(role for role, who in roles if actor in who) for actor in actors],
                "flag": "" if leads == 1 else "nobody leads" if leads == 0 else f"{leads} leads",
            }
        )
    return {"actors": actors, "rows": rows}


def flags(said: Words) -> list[Flag]:
    """Return a flag for two leads or none, for who leads and stays out at once, and for one option on two lines."""
    found = []
    for n, row in enumerate(said.lines, 1):
        ref, leads = timeline.ref(n, said.lines), row.parts("leads")
        if len(leads) != 1:
            who = f"{len(leads)} lead it: {', '.join(leads)}" if leads else "nobody leads it"
            why = ["each will wait for the other" if leads else "what nobody leads is not done"]
            found.append(Flag(f"leads-{ref}", "leads", f"lines-{n}-leads", f"{ref}: {who}", why))
        both = [a for a in row.parts("abstain") if a in {*leads, *row.parts("support")}]
        if both:
            what = f"{ref}: {', '.join(both)} takes part and stays out at once"
            found.append(Flag(f"both-{ref}", "both", f"lines-{n}-abstain", what, ["one of the two is meant"]))
    seen: dict[str, int] = {}
    for n, row in enumerate(said.lines, 1):
        if row.option and row.option in seen:
            what = f"L{seen[row.option]} and L{n} are the same option, {row.option}, for two lines"
            found.append(Flag(f"twice-L{n}", "twice", f"lines-{n}-option", what, ["two offices may do it apart"]))
        seen.setdefault(row.option, n)
    return found
