"""Frameworks of assessment: each question with its source, the state of its wording and its counterparts; forms."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog import frameworks as catalogue
from tocsin.catalog.frameworks.editions import LICENCE, RIGHTS, as_csv, as_jsonld, counterparts
from tocsin.catalog.frameworks.schema import LANGUAGES, Framework
from tocsin.catalog.frameworks.tables import as_csv as form_csv
from tocsin.catalog.frameworks.tables import as_json as form_json
from tocsin.catalog.frameworks.tables import worded
from tocsin.desk import facts
from tocsin.desk.context import context
from tocsin.desk.words import speech
from tocsin.response.register import forms

KINDS = {"json": ("application/json", form_json), "csv": ("text/csv; charset=utf-8", form_csv)}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the frameworks, and pair by pair what each form cannot hold of another."""
    known = catalogue.all()
    crossed = [{"row": row, "a": _asked(row.a, known), "b": _asked(row.b, known)} for row in catalogue.crossings()]
    return render(
        request,
        "desk/frameworks.html",
        {"frameworks": known.values(), "crossed": crossed, "licence": LICENCE, "rights": RIGHTS},
    )


@require_GET
def framework(request: HttpRequest, framework_id: str) -> HttpResponse:
    """Show one framework's questions in a language."""
    found = _known(framework_id)
    language = request.GET.get("language", "en")
    language = language if language in LANGUAGES else "en"
    groups = []
    for group, title in found.groups.items():
        rows = [q for q in found.questions.values() if q.group == group]
        if rows:
            groups.append({"id": group, "title": title, "rows": [_row(q, language) for q in rows]})
    return render(
        request,
        "desk/framework.html",
        {"f": found, "groups": groups, "language": language, "languages": LANGUAGES, "rights": RIGHTS},
    )


@require_GET
def edition(request: HttpRequest, framework_id: str, edition: str) -> HttpResponse:
    """Give a framework as JSON-LD or CSV."""
    found = _known(framework_id)
    made, kind = (
        (as_csv(found), "text/csv; charset=utf-8") if edition == "csv" else (as_jsonld(found), "application/ld+json")
    )
    return _file(made, kind, f"{found.id}-{found.version}.{edition}")


@require_GET
def filled(request: HttpRequest, place_id: str, form_id: str, form: str) -> HttpResponse:
    """Give the answers in force about a place in the form of a framework, with what it cannot hold."""
    facts.known_place(place_id)
    if form_id not in forms.FORMS:
        raise Http404(f"There is no form {form_id} that takes answers; there are {', '.join(forms.FORMS)}")
    kind, write = KINDS[form]
    made = worded(forms.filled(context(), place_id, form_id), speech(request).vocabulary)
    return _file(write(made), kind, f"{place_id}-{form_id}.{form}")


def _known(framework_id: str) -> Framework:
    known = catalogue.all()
    if framework_id not in known:
        raise Http404(f"There is no framework {framework_id}; there are {', '.join(known)}")
    return known[framework_id]


def _row(q: catalogue.Question, language: str) -> dict[str, Any]:
    text, status = q.say(language)
    return {"q": q, "text": text, "status": status, "others": counterparts(q)}


def _asked(reference: str, known: dict[str, Framework]) -> catalogue.Question | None:
    name, _, code = reference.partition(":")
    return known[name].questions[code] if name in known else None


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
