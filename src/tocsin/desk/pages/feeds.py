"""Feeds: checkpoints and published lapses for anybody; some fields of some items for the partner who holds a token."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tocsin.catalog import directive
from tocsin.core.clock import iso
from tocsin.core.words import in_xml
from tocsin.desk.context import context
from tocsin.desk.facts import post_title
from tocsin.response.oversight import figures, shares
from tocsin.response.register.models import LedgerCheckpoint

MOST = 50
ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml; charset=utf-8"
NOTHING = "1970-01-01T00:00:00Z"
"""When a feed without an entry was last changed: Atom asks for a moment."""


def atom(ident: str, title: str, entries: list[tuple[str, str, str, str]]) -> bytes:
    """Return an Atom feed (RFC 4287). Entries are (id, title, updated, text), the newest first; none need a link."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _put(feed, "id", ident)
    _put(feed, "title", title)
    _put(feed, "updated", entries[0][2] if entries else NOTHING)
    _put(ElementTree.SubElement(feed, f"{{{ATOM}}}author"), "name", directive.current().organisation)
    for own, heading, updated, text in entries:
        entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
        _put(entry, "id", own)
        _put(entry, "title", heading)
        _put(entry, "updated", updated)
        _put(entry, "content", text)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="utf-8")


def _put(to: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(to, f"{{{ATOM}}}{name}").text = in_xml(text)


@login_not_required
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Give the newest checkpoints, each the signed note that somebody outside may keep."""
    rows = LedgerCheckpoint.objects.order_by("-size")[:MOST]
    entries = [
        (
            f"tag:tocsin.invalid,2026:checkpoint/{r.size}/{r.root}",
            f"Checkpoint over {r.size} entries",
            _at(r.time),
            r.note,
        )
        for r in rows
    ]
    return HttpResponse(atom("tag:tocsin.invalid,2026:checkpoints", "Ledger checkpoints", entries), content_type=TYPE)


@login_not_required
@require_safe
def lapses(request: HttpRequest) -> HttpResponse:
    """Give the published lapses; what they were about only once the question is closed, as on the open page."""
    entries = [
        (
            f"tag:tocsin.invalid,2026:lapse/{row['ledger_seq']}",
            f"The {row['clock']} clock ran out at tier {row['tier']}: {', '.join(map(post_title, row['posts']))}",
            str(row["due"]),
            f"About: {row['about']}. Ledger entry {row['ledger_seq']}.",
        )
        for row in figures.published()[:MOST]
    ]
    return HttpResponse(atom("tag:tocsin.invalid,2026:lapses", "Published lapses", entries), content_type=TYPE)


@login_not_required
@require_safe
def share(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """Give a partner what was shared with them. Unknown, ended, revoked and asked for too often all look alike: 404."""
    told = shares.read(context(), token, form)
    if told is None:
        raise Http404("There is nothing at this address")
    if form == "json":
        return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    entries = [
        (
            f"tag:tocsin.invalid,2026:item/{row['item']}",
            str(row.get("about") or f"Item {row['item']}"),
            told["as_of"],
            "\n".join(f"{name}: {value}" for name, value in row.items() if name != "item"),
        )
        for row in told["items"]
    ]
    return HttpResponse(
        atom(f"tag:tocsin.invalid,2026:shared/{told['organisation']}", "Shared with you", entries), content_type=TYPE
    )


def _at(moment: datetime) -> str:
    return iso(moment) or NOTHING
