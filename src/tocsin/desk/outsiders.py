"""Those who oversee from outside see what oversight may see: an account of a legislature alone opens no docket page."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tocsin.catalog import directive
from tocsin.desk.context import posts_held
from tocsin.response.oversight.rules import of_legislature

OPEN = re.compile(
    r"/(legislature|accountability|track-record|tripwires|hub|sources|ledger|checkpoint|feeds|share|static"
    r"|sign-in|sign-out|welcome)(/|\.|$)"
)


class Outsiders:
    """Middleware: somebody all of whose posts are a legislature's is kept to these addresses, and told so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Refuse what is not theirs to see, with the rule. The first page of all is theirs in another place."""
        if OPEN.match(request.path) or not outsider(request):
            return None
        if request.path == "/":
            from django.shortcuts import redirect

            return redirect("/legislature")
        raise PermissionDenied(
            "An office of the legislature sees the process as it may be released, and no current question itself"
        )


def outsider(request: HttpRequest) -> bool:
    """Tell whether every post the reader holds is a legislature's."""
    held = posts_held(request)
    return bool(held) and all(of_legislature(directive.current().post(post)) for post in held)
