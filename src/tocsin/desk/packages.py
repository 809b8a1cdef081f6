"""Packages on the decision page: the newest versions with the commitments each would open, and what the form says."""

from __future__ import annotations

from typing import Any

from django.forms import DateField
from django.http import HttpRequest, QueryDict

from tocsin.core.context import Context
from tocsin.desk import typed as numbers
from tocsin.response.docket.models import Item
from tocsin.response.docket.packages import deciding, show

SHOWN = 3
NOT = "notpackage-"


def offered(ctx: Context, item: Item, said: QueryDict | None) -> dict[str, Any]:
    """Return what the page shows of an item's packages: the newest first, SHOWN at most, with what was typed."""
    rows = list(item.packages.prefetch_related("lines", "sign_offs", "picks").order_by("-version"))
    shown = []
    for row in rows[:SHOWN]:
        proposed = [_proposed(row.version, words, said) for words in deciding.commitments(item, row, ctx.now())]
        shown.append(show.package(row) | {"proposed": proposed, "number": str(row.version)})
    return {
        "packages": shown,
        "more_packages": max(len(rows) - SHOWN, 0),
        "package": version(said) if said else None,
        "not_packages": rejected(said) if said else {},
    }


def _proposed(version: int, words: dict[str, Any], said: QueryDict | None) -> dict[str, Any]:
    key = f"P{version}-{words['line']}"
    return {
        **words,
        "key": key,
        "carrier": said.get(f"carrier-{key}", "") if said else "",
        "by": (said.get(f"due-{key}") if said else "") or words["due"].isoformat(),
        "shown": said.get(f"shown_by-{key}", words["shown_by"]) if said else words["shown_by"],
    }


def version(said: QueryDict) -> int | None:
    """Return the version that a form chooses; None when it chooses none."""
    return numbers.number(said.get("package", ""), 9)


def rejected(said: QueryDict) -> dict[str, str]:
    """Return why not each version that a form does not choose, where it says so."""
    return {k.removeprefix(NOT): v for k, v in said.items() if k.startswith(NOT) and v.strip()}


def given(request: HttpRequest, item: Item) -> list[dict[str, Any]]:
    """Return what the form says of the commitments of the version it chooses. Raises ValidationError for a bad day."""
    said, chosen = request.POST, version(request.POST)
    package = item.packages.filter(version=chosen).first() if chosen is not None else None
    found = []
    for line in [0, *(row.position for row in package.lines.all())] if package else []:
        key = f"P{chosen}-{line}"
        entry: dict[str, Any] = {"line": line}
        if said.get(f"carrier-{key}"):
            entry["post"] = said[f"carrier-{key}"]
        if said.get(f"due-{key}"):
            entry["due"] = DateField().clean(said[f"due-{key}"])
        if said.get(f"shown_by-{key}", "").strip():
            entry["shown_by"] = said[f"shown_by-{key}"].strip()
        if len(entry) > 1:
            found.append(entry)
    return found
