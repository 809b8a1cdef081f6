"""Words: the reader's own vocabulary, and a text of one vocabulary read in another. A text is marked, never changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.catalog.terms import VOCABULARIES, everything, marked, say
from tocsin.core.errors import Refused
from tocsin.core.words import said
from tocsin.desk.context import reader
from tocsin.desk.words import DEFAULT, speech

MOST = 200_000
"""Characters of a text that is marked on the page; it is shown and kept nowhere."""


@require_http_methods(["GET", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Show the reader's vocabulary, the concepts in it, and a text marked; nothing that was pasted is kept."""
    here = speech(request).vocabulary
    typed = {
        "text": request.POST.get("text", ""),
        "source": _one(request.POST.get("source"), "us" if here != "us" else DEFAULT),
        "target": _one(request.POST.get("target"), here),
    }
    found, refused = None, ""
    if request.method == "POST":
        try:
            text = said(typed["text"], MOST)
            if not text:
                raise Refused("There is no text to read", todo="Paste one")
            found = marked(text, typed["source"], typed["target"])
        except Refused as error:
            refused = error.sentence()
    return render(
        request,
        "desk/words.html",
        {
            "vocabularies": VOCABULARIES,
            "kept": getattr(reader(request), "words", ""),
            "typed": typed,
            "found": found,
            "refused": refused,
            "terms": [say(concept, here) for concept in everything()],
        },
        status=422 if refused else 200,
    )


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a vocabulary as the reader's own."""
    person = reader(request)
    chosen = request.POST.get("vocabulary", "")
    if person is None or chosen not in VOCABULARIES:
        messages.warning(request, f"“{chosen[:40]}” is no vocabulary; nothing was changed. Choose one of the list.")
        return redirect("/words")
    person.words = chosen
    person.save(update_fields=["words"])
    messages.success(request, f"Pages are now in the words of the {VOCABULARIES[chosen]} vocabulary.")
    return redirect("/words")


def _one(value: str | None, otherwise: str) -> str:
    """Return a vocabulary that was chosen, or another when none was."""
    return value if value in VOCABULARIES else otherwise
