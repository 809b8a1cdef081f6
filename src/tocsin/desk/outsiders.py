"""Those who oversee from outside see what oversight may see: an account of a legislature alone opens no docket page."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tocsin.core.errors import Misuse
from tocsin.desk.context import posts_held, reader
from tocsin.response.register import mandate
from tocsin.response.register.models import Holding

OPEN = re.compile(
    r"/(legislature|accountability|track-record|tripwires|hub|sources|ledger|checkpoint|feeds|share|static"
    r"|forecasts/record|certificates|sign-in|sign-out|welcome)(/|\.|$)"
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
    """Tell whether every post the reader holds is a legislature's; of who holds none, every post they ever held.

    Taking its post from an account must not open to it what the post kept closed.
    """
    person = reader(request)
    if person is None:
        return False
    held = posts_held(request) or list(Holding.objects.filter(person=person).values_list("post", flat=True))
    return bool(held) and all(_of_legislature(post) for post in held)


def _of_legislature(post: str) -> bool:
    """Tell whether a post is a legislature's by the newest directive that has it; one that none has is kept out too."""
    try:
        rules = mandate.rules_of(post)
    except Misuse:
        return True
    return rules.post(post).office in rules.legislature()
