"""Pages are never kept by a browser or a proxy: who signed out leaves nothing to be read on that machine."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NeverKept:
    """Middleware: every page that says nothing else of caching is not stored. Static files are answered before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and forbid keeping the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
