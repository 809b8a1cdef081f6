"""Signing: the person who is signed in enters their passphrase again, for this one act."""

from __future__ import annotations

from django.http import HttpRequest

from tocsin.core.errors import Refused
from tocsin.desk import throttle
from tocsin.desk.context import context, reader


def fault(request: HttpRequest, passphrase: str) -> str:
    """Return why this is not a signature; empty when it is one. A wrong passphrase is counted like a wrong sign-in."""
    person, now = reader(request), context().now()
    # Counted apart from signing in: a stranger who guesses at a principal's name must not keep them from deciding.
    address = f"signing:{request.META.get('REMOTE_ADDR', '')}"
    if person is None or not person.may_sign:
        return "You have no passphrase yet. Choose one on the page “choose a name and passphrase” first."
    name = f"signing:{person.username}"
    wait = throttle.waiting(name, address, now)
    if wait is not None:
        return f"Too many wrong tries. Wait {throttle.minutes(wait)} minutes."
    if not person.check_password(passphrase):
        throttle.failed(name, address, now)
        return "This is not the passphrase you sign with. Nothing was signed."
    throttle.succeeded(name)
    return ""


def signed(request: HttpRequest) -> bool:
    """Return True when the form carries the passphrase of the person signing. Raises Refused when it does not."""
    wrong = fault(request, request.POST.get("passphrase", ""))
    if wrong:
        raise Refused(wrong.rstrip("."))
    return True
