"""One page, several forms: each names its act in the field ``part``; a refused one comes back as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest

from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies


def submitted(
    request: HttpRequest, acts: Mapping[str, Callable[..., str]], *given: object, tag: object
) -> tuple[bool, dict[str, str]]:
    """Do the act a posted form names; return whether it was done, and {part: why not} where it was refused.

    An act takes the request and ``given``, and returns what it did in a sentence, which the next page shows. The draft
    of the form, ``PART-TAG``, is dropped with it.
    """
    part = request.POST.get("part", "")
    if request.method != "POST":
        return False, {}
    try:
        if part not in acts:
            raise Misuse("The form names no act", todo="Use a form of this page")
        done = acts[part](request, *given)
    except (Refused, Misuse) as error:
        return False, {part: remedies.sentence(error)}
    messages.success(request, done, extra_tags=f"{part}-{tag}")
    return True, {}
