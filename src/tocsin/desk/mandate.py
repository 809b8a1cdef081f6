"""Before anything is done at the desk: the directive in the data folder is what the register says was adopted."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tocsin.core.errors import Damaged
from tocsin.desk.context import context
from tocsin.desk.errors import page
from tocsin.response.docket import adoption
from tocsin.response.register.mandate import agree


class AsAdopted:
    """Stops an act when the directive was edited in place; one that waited for this day takes effect first.

    A page that only reads finds an edited file by its hash.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Answer an act with what is wrong, in one sentence, before it is done; None when nothing is."""
        if request.method != "POST":
            return None
        try:
            agree(settings.TOCSIN)
            adoption.settle(context())
        except Damaged as damage:
            return page(request, 503, damage.what, where=damage.where, todo=damage.todo)
        return None
