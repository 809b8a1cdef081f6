"""Incentives at a place: who gains from violence by the model kept here, and what a programme would shift."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.catalog.development.incentives import words
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import facts, remedies
from tocsin.desk.context import context
from tocsin.desk.incentive_forms import EFFECTS, given_model, given_programme, model_form, programme_form
from tocsin.desk.typed import number
from tocsin.desk.who import actor, standing
from tocsin.response.register import incentives as kept
from tocsin.response.register.country.support import projects_in
from tocsin.response.register.models import IncentiveModel, ProgrammeTried


@require_http_methods(["GET", "HEAD", "POST"])
def incentives(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show a place's model and its programmes, or take a new version or a programme in."""
    name, refused, part = facts.known_place(place_id), "", request.POST.get("part", "")
    if request.method == "POST":
        try:
            return _act(request, place_id, part)
        except (Misuse, Refused) as error:
            refused = remedies.sentence(error)
    row = _version(request, place_id)
    content = row.content if row else {}
    shown: dict[str, Any] = {
        "place_id": place_id,
        "name": name,
        "said": kept.standing(row) if row else None,
        "versions": IncentiveModel.objects.filter(place_id=place_id).order_by("-version"),
        "tried": ProgrammeTried.objects.filter(model__place_id=place_id).select_related("model").order_by("-id"),
        "words": words(),
        "effects": EFFECTS,
        "lines": content.get("lines", []),
        "names": [a["name"] for a in content.get("actors", [])],
        "form": model_form(request.POST if part == "model" else None, content),
        "programme": programme_form(request.POST if part == "programme" else None),
        "projects": projects_in(place_id)[:200],
        "may": standing(request, "assess"),
        "refused": refused,
        "part": part if refused else "",
        "typed": request.POST if refused else {},
    }
    return render(request, "desk/incentives.html", shown, status=422 if refused else 200)


def _version(request: HttpRequest, place_id: str) -> IncentiveModel | None:
    """Return the version that the address names, the newest otherwise."""
    asked = number(request.GET.get("version", ""), 6)
    row = kept.model_of(place_id, asked)
    if asked is not None and row is None:
        raise Http404(f"{place_id} has no version {asked} of an incentive model")
    return row


def _act(request: HttpRequest, place_id: str, part: str) -> HttpResponse:
    if part == "programme":
        row = kept.model_of(place_id)
        if row is None:
            raise Refused("There is no model to enter a programme against", todo="Keep a model first")
        project = number(request.POST.get("project", ""))
        tried = kept.enter_programme(context(), row, given_programme(request.POST), actor(request), project=project)
        messages.success(request, "The programme is kept.", extra_tags=f"programme-{place_id}")
        return redirect("incentives_trial", place_id=place_id, number=tried.pk)
    before = kept.model_of(place_id)
    given = given_model(request.POST, before.content if before else {})
    made = kept.save(context(), place_id, given, actor(request), why=request.POST.get("why", ""))
    messages.success(request, f"Version {made.version} is kept.", extra_tags=f"model-{place_id}")
    return redirect("incentives", place_id=place_id)


def _tried(place_id: str, number: int) -> ProgrammeTried:
    row = ProgrammeTried.objects.select_related("model", "project").filter(pk=number, model__place_id=place_id).first()
    if row is None:
        raise Http404(f"{place_id} has no programme {number}")
    return row


@require_safe
def trial(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Show what a programme changes in the payoffs of each actor, what decides the sign and whom it could harm."""
    row = _tried(place_id, number)
    newest = kept.model_of(place_id)
    shown = {
        "place_id": place_id,
        "name": facts.known_place(place_id),
        "row": row,
        "said": kept.trial(row),
        "newer": newest if newest and newest.version > row.model.version else None,
    }
    return render(request, "desk/incentives_trial.html", shown)


@require_safe
def trial_json(request: HttpRequest, place_id: str, number: int) -> HttpResponse:
    """Return the same as JSON: the same model and programme give the same bytes."""
    said = json.dumps(kept.trial(_tried(place_id, number)), ensure_ascii=False, indent=1, sort_keys=True)
    answer = HttpResponse(said + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="programme-{place_id}-{number}.json"'
    return answer
