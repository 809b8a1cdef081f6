"""Documents: memos and reports in chains, each finding tracked to what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.catalog import directive
from tocsin.core.clock import parse_date
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import acting, remedies, typed
from tocsin.desk.context import context
from tocsin.desk.pages.legislature import posts_that
from tocsin.desk.who import actor
from tocsin.response.oversight import rules
from tocsin.response.oversight.documents import answers, carried, enter, show
from tocsin.response.oversight.documents.enter import Debt, Taken
from tocsin.response.oversight.documents.models import Carried, Document, Finding, FindingMove, Owed
from tocsin.response.register.reports.difference import marked


@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    """List every chain, or enter a document."""
    refused = ""
    if request.method == "POST":
        try:
            row = _publish(request)
        except (Refused, Misuse) as error:
            refused = remedies.sentence(error)
        else:
            messages.success(request, f"“{row.title}” is entered and sealed.", extra_tags="document-new")
            return redirect(f"/documents/{row.pk}")
    place = request.GET.get("place", "")
    chains = show.chains(context().now().date())
    shown = {
        "chains": [c for c in chains if place in {"", c["place_id"]}],
        "place": place,
        "all": len(chains),
        "may_keep": posts_that(request, rules.may_keep),
        "kinds": Document.Kind.values,
        "last": Document.objects.filter(followed_by=None).order_by("-id"),
        "most": enter.MOST_BYTES,
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/documents.html", shown, status=422 if refused else 200)


def _publish(request: HttpRequest) -> Document:
    said, file = request.POST, request.FILES.get("file")
    if file is None:
        raise Refused("The form brings no file", todo="Choose the file as it was published")
    words = {name: said.get(name, "") for name in ("title", "kind", "issued_by", "place", "language", "url")}
    return enter.publish(
        context(),
        actor(request),
        file.read(enter.MOST_BYTES + 1),
        filename=file.name or "",
        issued_on=parse_date(said.get("issued_on", "")),
        follows=typed.number(said.get("follows", "")),
        **words,
    )


def _take(request: HttpRequest, number: int) -> str:
    said = request.POST
    due = parse_date(said["due"]) if said.get("due") else None
    debt = Debt(said.get("owner", "") if due else "", due, said.get("silence") or Owed.Silence.GAP)
    taken = Taken(*(said.get(name, "") for name in ("number", "kind", "text", "page")))
    row = enter.extract(context(), actor(request), number, taken, debt)
    return f"{row.number} is taken out."


def _load(request: HttpRequest, number: int) -> str:
    file = request.FILES.get("file")
    if file is None:
        raise Refused("The form brings no file", todo="Choose a CSV file")
    rows = enter.extract_csv(context(), actor(request), number, file.read(enter.MOST_BYTES + 1))
    return f"{len(rows)} findings are taken out."


def _move(request: HttpRequest, number: int) -> str:
    said = request.POST
    row = answers.move(
        context(),
        actor(request),
        typed.number(said.get("finding", "")) or 0,
        status=said.get("status", ""),
        evidence_kind=said.get("evidence_kind", ""),
        evidence=said.get("evidence", ""),
        evidence_on=parse_date(said["evidence_on"]) if said.get("evidence_on") else None,
        reason=said.get("reason", ""),
    )
    return f"{row.finding.number} is {row.status}."


def _carry(request: HttpRequest, number: int) -> str:
    said = request.POST
    row = carried.carry(
        context(),
        actor(request),
        typed.number(said.get("finding", "")) or 0,
        fate=said.get("fate", ""),
        became=typed.number(said.get("became", "")),
        why=said.get("why", ""),
    )
    return f"{row.finding.number} was {row.fate}: it is recorded."


def _owe(request: HttpRequest, number: int) -> str:
    said = request.POST
    row = answers.owe(
        context(),
        actor(request),
        typed.number(said.get("finding", "")) or 0,
        owner=said.get("owner", ""),
        due=parse_date(said.get("due", "")),
        silence=said.get("silence", ""),
        why=said.get("why", ""),
    )
    return f"An answer to {row.finding.number} is owed by {row.due}."


ACTS: dict[str, Callable[[HttpRequest, int], str]] = {
    "take": _take,
    "load": _load,
    "move": _move,
    "carry": _carry,
    "owe": _owe,
}


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, number: int) -> HttpResponse:
    """Show a document's chain, or do the act of one of its forms. A refused form comes back with what was typed."""
    _known(number)
    done, refused = acting.submitted(request, ACTS, number, tag=number)
    if done:
        return redirect(f"/documents/{number}")
    asked = _asked(request)
    whole = show.chain(number, context().now().date())
    found = show.matching(whole["findings"], **asked)
    chosen = typed.number(request.POST.get("finding", "") or request.GET.get("finding", ""))
    of = next((f for f in whole["findings"] if f["finding"] == chosen), None)
    shown = {
        "number": number,
        "newest": whole["documents"][-1],
        "versions": [
            {**d, "found": [_row(f) for f in found if f["document"] == d["document"]]} for d in whole["documents"]
        ],
        "every": whole["findings"],
        "live": [f for f in whole["findings"] if f["live"]],
        "counts": show.counted(whole["findings"]),
        "overdue": sum(f["live"] and f["overdue"] for f in whole["findings"]),
        "asked": asked,
        "query": urlencode({k: v for k, v in asked.items() if v}),
        "states": show.STATES,
        "owners": sorted({f["owner"] for f in whole["findings"] if f["owner"]}),
        "chosen": _row(of) if of else None,
        "theirs": [f for f in whole["findings"] if of and f["document"] == _after(whole, of)],
        "may_keep": posts_that(request, rules.may_keep),
        "posts": [p for p in directive.current().posts if not rules.of_legislature(p)],
        "statuses": FindingMove.Status.values,
        "evidences": FindingMove.Evidence.values,
        "fates": Carried.Fate.values,
        "silences": Owed.Silence.values,
        "kinds": Finding.Kind.values,
        "refused": refused,
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/document.html", shown, status=422 if refused else 200)


def _known(number: int) -> Document:
    row = Document.objects.filter(pk=number).first()
    if row is None:
        raise Http404(f"There is no document {number}")
    return row


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "") for name in ("state", "owner", "kind")}
    if asked["state"] not in show.STATES:
        asked["state"] = ""
    return {**asked, "words": request.GET.get("q", "")}


def _after(whole: dict[str, Any], of: dict[str, Any]) -> int | None:
    """Return the document that follows the one a finding stands in."""
    return next((d["document"] for d in whole["documents"] if d["follows"] == of["document"]), None)


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding with the words of each change marked, as what was said or as what the words suggest."""
    told = finding["carried"] or finding["suggested"]
    changes = [
        {**c, "marked": marked(c["earlier"], c["later"]) if c["earlier"] and c["later"] else []}
        for c in (told or {}).get("changes", [])
        if c["kind"] != "kept"
    ]
    return {**finding, "changes": changes}


@require_GET
def file(request: HttpRequest, number: int) -> HttpResponse:
    """Give the sealed file, byte for byte. Never shown in place: what others wrote runs nothing here."""
    row = _known(number)
    answer = HttpResponse(enter.content(row), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, row.filename)
    return answer


@require_GET
def export(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Give the findings of a chain as CSV or JSON, filtered as the page is."""
    _known(number)
    whole = show.chain(number, context().now().date())
    rows = show.matching(whole["findings"], **_asked(request))
    data = show.as_csv(rows) if form == "csv" else json.dumps({**whole, "findings": rows}, ensure_ascii=False, indent=2)
    kind = "text/csv" if form == "csv" else "application/json"
    answer = HttpResponse(data, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="findings-{number}.{form}"'
    return answer
