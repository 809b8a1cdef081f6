"""The plain-language guide to the process with its ten questions, and how to read what bodies give."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog.guide import guide
from tocsin.catalog.library import library
from tocsin.catalog.outcome_forms import RULE, forms
from tocsin.desk.live import live_items


@require_GET
def process(request: HttpRequest) -> HttpResponse:
    """Show the guide; with answers in the address, say of each whether it is right, and in which step it stands.

    Answers are not kept: nobody is examined.
    """
    told = guide()
    titles = {step.id: f"{n}. {step.title}" for n, step in enumerate(told.steps, start=1)}
    live = live_items(request)
    steps = []
    for number, step in enumerate(told.steps, start=1):
        items = {i.pk: i for code in step.procedures for i in live.get(code, [])}
        rows = [library().procedures[code] for code in step.procedures]
        steps.append({"n": number, "step": step, "procedures": rows, "items": list(items.values())})
    quiz: list[dict[str, Any]] = []
    for number, one in enumerate(told.quiz, start=1):
        given = request.GET.get(f"q{number}", "")
        chosen = int(given) if given.isascii() and given.isdigit() and 1 <= int(given) <= len(one.choices) else 0
        quiz.append(
            {
                "n": number,
                "q": one,
                "chosen": chosen,
                "right": chosen == one.answer,
                "answer": one.choices[one.answer - 1],
                "step": titles[one.step],
            }
        )
    answered = [q for q in quiz if q["chosen"]]
    shown = {
        "guide": told,
        "steps": steps,
        "quiz": quiz,
        "answered": len(answered),
        "right": sum(q["right"] for q in answered),
        "rule": RULE,
        "forms": forms().values(),
    }
    return render(request, "desk/process.html", shown)
