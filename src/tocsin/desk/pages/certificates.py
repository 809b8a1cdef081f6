"""A certificate of an exercise: the page, its sheet as PDF, and the line by which a stranger checks it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tocsin.desk.certificate.write import as_pdf, content
from tocsin.desk.context import context, posts_held, reader
from tocsin.response.oversight.exercise import certificates
from tocsin.response.oversight.models import Certificate
from tocsin.response.register import mandate
from tocsin.response.register.forecasts.rules import may_see_person
from tocsin.response.register.people import Actor

RULE = "A certificate is shown to its holder, to the head of their office, and to oversight"


@require_safe
def page(request: HttpRequest, certificate: str) -> HttpResponse:
    """Show a certificate; it prints on one sheet."""
    row = _seen(request, certificate)
    in_date = context().now().date() <= row.valid_until
    return render(request, "desk/certificate.html", {"c": content(row), "row": row, "in_date": in_date})


@require_safe
def pdf(request: HttpRequest, certificate: str) -> HttpResponse:
    """Give the sheet as PDF."""
    row = _seen(request, certificate)
    answer = HttpResponse(as_pdf(content(row)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="certificate-{row.player}-{row.post}.pdf"'
    return answer


@require_safe
def proof(request: HttpRequest, certificate: str) -> HttpResponse:
    """Give the line of the exercise's log that holds the certificate, with its path: what is checked."""
    row = _seen(request, certificate)
    answer = HttpResponse(certificates.proof_of(context(), row), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{row.player}-{row.post}.json"'
    return answer


def may_see(request: HttpRequest, row: Certificate) -> bool:
    """Tell whether the reader may see a certificate: their own, whatever post they hold now, or by the rule."""
    person, office = reader(request), mandate.post(row.post).office or ""
    if person is not None and person.get_username() == row.player:
        return True
    acting = [Actor(post=p, person=person, via="desk") for p in posts_held(request)]
    return any(may_see_person(a, row.player, office).allowed for a in acting)


def _seen(request: HttpRequest, certificate: str) -> Certificate:
    """Return a certificate that the reader may see. Raises Http404, or PermissionDenied with the rule."""
    row = Certificate.objects.filter(number=certificate).first()
    if row is None:
        raise Http404("There is no such certificate")
    if not may_see(request, row):
        raise PermissionDenied(RULE)
    return row
