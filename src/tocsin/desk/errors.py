"""Errors as pages: what happened, where, what to do. Never a stack of code, never blame."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from tocsin.core.errors import Damaged, Misuse, Refused, TocsinError
from tocsin.desk import remedies
from tocsin.response.register import database

LOG = logging.getLogger("tocsin.desk")


def page(request: HttpRequest, status: int, what: str, *, where: str = "", todo: str = "") -> HttpResponse:
    """Return an error page."""
    told = {"what": what, "where": where, "todo": todo, "status": status, "typed": typed(request)}
    return render(request, "desk/error.html", told, status=status)


SECRET = ("csrf", "pass", "again", "token", "code")
"""A field whose name holds one of these is never shown again."""


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what a person typed in the form that failed, by field, so that no word of it is lost."""
    return [
        (name.replace("_", " "), value)
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and not any(part in name.lower() for part in SECRET)
    ]


class TellErrors:
    """Middleware: a TocsinError anywhere becomes a page with its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a failure told in one sentence into a page; leave everything else to ``server_error``.

        A register that cannot be written answers 507 when its disk is full and 503 otherwise, with what was typed.
        """
        if isinstance(error, DatabaseError):
            status, told = unwritten(error)
            return page(request, status, told.what, where=told.where, todo=told.todo)
        if not isinstance(error, TocsinError):
            return None
        status = {Refused: 409, Misuse: 400, Damaged: 503}.get(type(error), 500)
        if status >= 500:
            LOG.error("%s", error.sentence())
        return page(
            request, status, error.what, where=error.where, todo=remedies.todo(error) if status < 500 else error.todo
        )


def unwritten(error: DatabaseError) -> tuple[int, TocsinError]:
    """Return the status and the words for a register that did not take a writing: 507 on a full disk, else 503."""
    told = database.refusal(error)
    LOG.error("%s", told.sentence())
    told.todo = f"{told.todo}. What was acknowledged before stands in the register and its ledger: none of it is lost"
    return (507 if "disk" in told.what else 503), told


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be understood."""
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return page(
            request,
            413,
            f"What was sent is longer than the {most:,} bytes a form takes; nothing was saved",
            todo="Go back, where it still stands, and shorten it: longer material is linked, not pasted",
        )
    error = _behind(exception)
    if error is not None and isinstance(database.refusal(error), Refused):
        # Django says of a session that it could not write that it was ended meanwhile.
        return _bare(*unwritten(error))
    return page(request, 400, "This request could not be understood", todo="Go back and try again")


def _behind(error: BaseException | None) -> DatabaseError | None:
    """Return the failure of the register that an exception was raised over; None without one."""
    while error is not None and not isinstance(error, DatabaseError):
        error = error.__cause__ or error.__context__
    return error


def _bare(status: int, told: TocsinError) -> HttpResponse:
    """Return an error page that needs nothing of the register."""
    body = render_to_string("desk/error_bare.html", {"what": told.what, "todo": told.todo})
    return HttpResponse(body, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that a rule does not allow."""
    rule = str(exception) or "the rule that hides this page gave no reason"
    return page(
        request,
        403,
        "This is not yours to see",
        where=rule,
        todo="Ask the operator of this installation for the post that may",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token: usually a form left open past the end of a session."""
    return page(
        request,
        403,
        "The form was open too long, or came from another page; nothing was saved",
        todo="Go back, reload and send it again: what you typed is kept as a draft",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request for something that is not here."""
    detail = exception.args[0] if exception and exception.args and isinstance(exception.args[0], str) else ""
    return page(
        request,
        404,
        detail or "There is nothing at this address",
        where=request.path,
        todo="Start from the board, or search for a place",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program failed. Rendered without the register, which may be what failed.

    What fails around a page, as writing the session of whoever opened it, comes here and not to ``TellErrors``.
    """
    error = _behind(sys.exc_info()[1])
    if error is not None:
        return _bare(*unwritten(error))
    what = "The desk failed to make this page; nothing you sent was half saved"
    return _bare(500, TocsinError(what, todo="Run tocsin doctor on the machine that serves it"))
