"""Decide: a principal reads this in two minutes, chooses and signs. It prints on one page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.catalog import directive
from tocsin.core import words as text
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import choices, facts, knowledge, packages, remedies, signing
from tocsin.desk import typed as numbers
from tocsin.desk.charts.availability import availability
from tocsin.desk.context import context
from tocsin.desk.moved import Moved, moved
from tocsin.desk.pages.item import found
from tocsin.desk.who import actor, standing
from tocsin.response.docket import acts, bodies, imagination, letters, questions
from tocsin.response.docket.clock_faces import faces
from tocsin.response.docket.models import Item
from tocsin.response.docket.rank import may_answer
from tocsin.response.register.models import Answer
from tocsin.response.register.techniques import show as techniques

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NO_DAY = {"invalid": "The day could not be read. Write it as 2026-12-01"}


def _text(label: str, *, rows: int = 3, required: str = "") -> forms.CharField:
    """Return a field for what somebody writes; ``required`` is what to do when it is left empty, if it may not be."""
    too_long = f"The text is too long. Keep to {text.MOST:,} characters and link the rest"
    return forms.CharField(
        widget=forms.Textarea(attrs={"rows": rows}),
        required=bool(required),
        label=label,
        max_length=text.MOST,
        error_messages={"required": required, "max_length": too_long},
    )


class Decision(forms.Form):
    """Everything a decision says; what each kind needs is judged by the act, in one place for desk and terminal."""

    kind = forms.ChoiceField(
        choices=[("act", "Act"), ("decline", "Decline"), ("defer", "Defer")],
        label="Decision",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose act, decline or defer"),
    )
    reasons = _text("Reasons", rows=4, required="Write the reasons, and what they rest on")
    dissent = _text("Dissent")
    would_change = _text("What would change it")
    waits_for = _text("What it waits for")
    without = _text("Decided without, because", rows=2)
    minutes = _text("Minutes")
    defer_to = forms.DateField(widget=DATE, required=False, label="Defer to", error_messages=NO_DAY)
    review_on = forms.DateField(widget=DATE, required=False, label="Look at it again on", error_messages=NO_DAY)
    passphrase = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        label="Passphrase",
        max_length=400,
        strip=False,
        error_messages={"required": "Enter it again to sign", "max_length": "It is longer than any passphrase here"},
    )


def _commitments(request: HttpRequest, chosen: list[str]) -> list[dict[str, Any]]:
    """Return what the form says of each chosen option's commitment, where it says anything."""
    given = []
    for option_id in chosen:
        words = {key: request.POST.get(f"{key}-{option_id}", "").strip() for key in ("carrier", "due", "shown_by")}
        entry: dict[str, Any] = {"option_id": option_id}
        if words["carrier"]:
            entry["post"] = words["carrier"]
        if words["shown_by"]:
            entry["shown_by"] = words["shown_by"]
        if words["due"]:
            entry["due"] = forms.DateField().clean(words["due"])
        if len(entry) > 1:
            given.append(entry)
    return given


def _named(request: HttpRequest, prefix: str) -> dict[str, str]:
    """Return what was typed in fields of this name, by what stands after it; empty ones are left out."""
    fields = ((name.removeprefix(prefix), said) for name, said in request.POST.items() if name.startswith(prefix))
    return {key: str(said) for key, said in fields if str(said).strip()}


def _sign(request: HttpRequest, form: Decision) -> bool:
    """Check the passphrase of the person signing."""
    fault = signing.fault(request, form.cleaned_data["passphrase"])
    if fault:
        form.add_error("passphrase", fault)
    return not fault


def _submit(request: HttpRequest, item: Item, form: Decision, how: Moved) -> bool:
    """Sign and decide; a refusal becomes an error of the form, and everything typed stays."""
    if not form.is_valid() or not _sign(request, form):
        return False
    said = form.cleaned_data
    chosen = request.POST.getlist("option")
    try:
        who = actor(request, signed=True)
        alone = may_answer(who, "decide", item, context().now()).allowed
        together = bodies.seat(item, who.post) is not None and not alone
        act: Any = partial(acts.propose, minutes=said["minutes"]) if together else acts.decide
        act(
            context(),
            item.pk,
            who,
            kind=said["kind"],
            reasons=said["reasons"],
            options=chosen if said["kind"] == "act" else [],
            rejected=_named(request, "why-"),
            package=packages.version(request.POST) if said["kind"] == "act" else None,
            rejected_packages=packages.rejected(request.POST),
            answers=_named(request, "answer-"),
            seen=request.POST.getlist("seen"),
            cites=request.POST.getlist("cites"),
            dissent=said["dissent"],
            would_change=said["would_change"] if said["kind"] == "decline" else "",
            waits_for=said["waits_for"] if said["kind"] == "defer" else "",
            defer_to=said["defer_to"] if said["kind"] == "defer" else None,
            without=said["without"],
            review_on=said["review_on"],
            commitments=[*packages.given(request, item), *_commitments(request, chosen)]
            if said["kind"] == "act"
            else [],
            saw=numbers.number(request.POST.get("saw", "")),
            weights=how.weights.moved,
        )
    except (Refused, Misuse) as error:
        form.add_error(None, remedies.sentence(error))
        return False
    except forms.ValidationError:
        form.add_error(None, "A commitment's day could not be read. Write it as 2026-12-01.")
        return False
    return True


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Show the decision page, or sign a decision. A refused form comes back whole."""
    item = found(number)
    ctx = context()
    rules = directive.version(item.directive_version)
    today = ctx.now().date()
    initial = {"review_on": today + timedelta(days=rules.decisions.review_default_days)}
    form = Decision(request.POST if request.method == "POST" else None, initial=initial, auto_id="f-%s")
    taken = item.decisions.count()
    how = moved(request.GET, today)
    if request.method == "POST" and _submit(request, item, form, how):
        decided = item.decisions.count() > taken
        messages.success(
            request,
            "Signed. The decision is in the ledger and cannot be undone; a later one supersedes it."
            if decided
            else "Signed and put to the body. No clock has stopped; it waits for assents.",
            extra_tags=f"decide-{number}",
        )
        return redirect(f"/docket/{number}")
    pic = facts.picture(ctx)
    asked = choices.of_item(ctx, item, pic, **how.given(today))
    answer = asked.answer if asked else None
    first = choices.spread(answer) if answer else []
    listed = {o.id for o in first}
    typed = request.POST if request.method == "POST" else None
    row = next((r for r in pic.rows if r["place_id"] == item.place_id), None) if pic else None
    may, seats = standing(request, "decide", item), standing(request, "propose", item)
    proposals = [bodies.told(p, ctx.now()) for p in item.proposals.order_by("id")]
    stands = next((p for p in proposals if p["open"]), None)
    return render(
        request,
        "desk/decide.html",
        {
            "item": item,
            "about": letters.about(item),
            "decision": faces(item, ctx.now())[1],
            "row": row,
            "knowledge": knowledge.of(ctx, pic, item) if pic else None,
            "answer": answer,
            "how": how,
            "curve": availability(answer, key="av") if answer else None,
            "said": asked.said if asked else [],
            "options": first,
            "others": [o for o in answer.options if o.id not in listed and o.id != choices.NOTHING] if answer else [],
            "nothing": choices.nothing(answer) if answer else None,
            "warnings": item.itemwarning_set.select_related("warning").order_by("id"),
            "answers": [(f"A{a.pk}", a) for a in Answer.objects.filter(place_id=item.place_id).order_by("-at")[:6]]
            if item.place_id
            else [],
            **packages.offered(ctx, item, typed),
            "form": form,
            "refused": typed is not None,
            "picked": typed.getlist("option") if typed else [],
            "why_not": _named(request, "why-") if typed else {},
            "questions": [
                {"q": q, "said": typed.get(f"answer-{q.key}", "") if typed else ""} for q in questions.asked(item)
            ],
            "cited": typed.getlist("cites") if typed else [],
            "typed": typed or {},
            "may": may,
            "may_propose": seats,
            "signers": list(dict.fromkeys([*may.posts, *seats.posts])),
            "stands": stands,
            "techniques": techniques.of_item(item.pk),
            "imagined": imagination.of_item(item) if imagination.escalated(item) else None,
            "before": item.decisions.order_by("id").last(),
            "awaiting": item.state in facts.AWAITING,
            "posts": [p for p in rules.posts if p.tier],
            "cap": today + timedelta(days=rules.level(item.level).defer_cap_days),
            "rules": rules,
        },
        status=422 if typed is not None else 200,
    )
