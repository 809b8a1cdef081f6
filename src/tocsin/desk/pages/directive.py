"""The mandate: the ladder as steps, each with its clock and the authority behind it; and what another would change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.catalog import directive
from tocsin.catalog.basis import basis_label, verified
from tocsin.catalog.directive import Authority, Directive
from tocsin.core.errors import Damaged
from tocsin.desk.context import context
from tocsin.response.docket import adoption
from tocsin.response.docket.models import Item
from tocsin.response.register.models_directive import Adoption, Withdrawal

ACTS = {
    "acknowledge": "Acknowledge an item",
    "decide": "Decide",
    "escalate": "Take it to the tier above",
    "defer": "Defer",
    "override": "Rank by hand, or dissent past the line",
    "report": "Report to those who oversee",
    "surge": "Declare a surge",
    "release": "Release a timeline",
}


@require_GET
def in_force(request: HttpRequest) -> HttpResponse:
    """Show the directive in force."""
    return _page(request, directive.current())


@require_GET
def version(request: HttpRequest, version: str) -> HttpResponse:
    """Show a version that an item cites, in force or not."""
    try:
        rules = directive.version(version)
    except Damaged:
        if Adoption.objects.filter(version=version).exists() or Item.objects.filter(directive_version=version).exists():
            raise
        raise Http404(f"There is no version {version} of the directive here") from None
    return _page(request, rules)


def _page(request: HttpRequest, rules: Directive) -> HttpResponse:
    """Show a directive."""
    today = context().now().date()
    return render(
        request,
        "desk/directive.html",
        {
            "d": rules,
            "now": directive.current().version,
            "rungs": [_rung(rules, number, today) for number in range(1, rules.top + 1)],
            "acts": [
                {"name": name, "authorities": [_authority(a, today) for a in rules.authorities_for(act)]}
                for act, name in ACTS.items()
            ],
            "posts": [
                {
                    "post": p,
                    "office": next((o.name for o in rules.offices if o.id == p.office), ""),
                    "reports_to": rules.post(p.line_manager).title if p.line_manager else "",
                    "deputies": [one.title for one in rules.deputies(p.id)],
                }
                for p in rules.posts
            ],
            "running": Item.objects.filter(directive_version=rules.version).exclude(state=Item.State.CLOSED).count(),
            "waiting": adoption.waiting(),
            "withdrawn": Withdrawal.objects.select_related("adoption").order_by("-id"),
        },
    )


def _rung(rules: Directive, number: int, today: date) -> dict[str, Any]:
    """Return one rung: who answers, what it owes, its clock at each level, and by whose leave."""
    tier = rules.tier(number)
    owner = rules.post(tier.owner)
    return {
        "tier": tier,
        "owner": owner,
        "beside": [rules.post(p).title for p in rules.posts_of(number) if p != tier.owner],
        "deputies": [p.title for p in rules.deputies(tier.owner)],
        "members": [p.title for p in rules.members(tier.owner)],
        "other_hours": [
            {"level": rule.level, "hours": rule.hours[number]} for rule in rules.levels if number in rule.hours
        ],
        "authorities": [_authority(rules.authority(a), today) for a in tier.authority],
    }


def _authority(one: Authority, today: date) -> dict[str, Any]:
    """Return an authority with whether it is in force and how that is known."""
    return {
        "a": one,
        "standing": one.standing(today),
        "lapsed": one.lapsed(today),
        "basis": basis_label(one.basis),
        "verified": verified(one.basis),
    }


@require_GET
def effects(request: HttpRequest) -> HttpResponse:
    """Show what each adoption that waits for its day will change."""
    rows = [
        {"row": row, "told": adoption.effects(directive.parse(row.text, row.version), row.successors)}
        for row in adoption.waiting()
    ]
    return render(request, "desk/directive_effects.html", {"rows": rows, "now": directive.current()})
