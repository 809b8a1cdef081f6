"""People: who is on duty and how they are reached; whether offices answer; what each covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tocsin.catalog import directive
from tocsin.core.errors import Misuse, Refused
from tocsin.desk import remedies, signing, typed
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import actor
from tocsin.response.docket import offices, pings
from tocsin.response.docket.orphans import orphans
from tocsin.response.oversight.exercise.certificates import current_for
from tocsin.response.register import contacts, covers, duty, mandate, rota, succession
from tocsin.response.register import people as register
from tocsin.response.register.models import Cover, Person
from tocsin.response.register.people import OPERATOR, Actor, roll

AHEAD_DAYS = 14


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Show offices, posts and rota; with ``?place=`` or ``?topic=`` who answers for them now."""
    return _page(request)


def _page(request: HttpRequest, *, refused: str = "", part: str = "", status: int = 200) -> HttpResponse:
    ctx = context()
    asking = {"place": request.GET.get("place", "").strip(), "topic": request.GET.get("topic", "").strip()}
    acting = [Actor(post=p, person=reader(request), via="desk") for p in posts_held(request)]
    found, unfound = [], ""
    if any(asking.values()):
        try:
            found = offices.find(ctx, asking["place"], asking["topic"], acting)
        except Misuse as error:
            unfound = remedies.sentence(error)
    rules = directive.current()
    return render(
        request,
        "desk/people.html",
        {
            "asking": asking,
            "found": found,
            "unfound": unfound,
            "offices": offices.listing(ctx),
            "posts": _posts(ctx.now(), posts_held(request)),
            "waiting": rota.pending(ctx.now()),
            "orphans": orphans(ctx),
            "contacts": contacts.visible(acting),
            "covers": Cover.objects.filter(until=None),
            "channels": list(contacts.SHAPES),
            "accounts": Person.objects.filter(is_active=True).order_by("display_name", "username"),
            "mine": posts_held(request),
            "acting": {o.id: _acting(posts_held(request), o.id) for o in rules.offices},
            "my_offices": {rules.post(p).office for p in posts_held(request)},
            "operates": OPERATOR in posts_held(request),
            "ahead": AHEAD_DAYS,
            "refused": refused,
            "part": part,
            "form": request.POST,
            "rules": rules,
        },
        status=status,
    )


def _acting(held: list[str], office: str | None, post: str = "") -> str:
    """Return the post of the reader's under which a small form acts: the very post, one of its office, the operator."""
    near = [p for p in held if p == post] + [p for p in held if office and directive.current().post(p).office == office]
    return next(iter([*near, *(p for p in held if p == OPERATOR), *held]), "")


def _posts(now: Any, held: list[str]) -> list[dict[str, Any]]:
    """Return every post with who holds it, who is on duty, and the stretches of its rota ahead."""
    rows = roll()
    practised = current_for([str(row["post"]) for row in rows], now.date())
    shown = []
    for row in rows:
        post = str(row["post"])
        shifts = duty.shifts_of(post)
        shown.append(
            {
                **row,
                "office": directive.current().post(post).office,
                "zone": rota.zone_of_post(post),
                "acting": _acting(held, directive.current().post(post).office, post),
                "practised": practised.get(post, []),
                "on": duty.on_duty(post, now),
                "keeps": bool(shifts),
                "watches": duty.watches(post, now, now + timedelta(days=AHEAD_DAYS)) if shifts else [],
                "shifts": [s for s in shifts if s.ends_at > now],
            }
        )
    return shown


def _number(request: HttpRequest) -> int:
    found = typed.number(request.POST.get("number", ""))
    if found is None:
        raise Misuse("The form names nothing to change", todo="Load the page again")
    return found


def _account(request: HttpRequest) -> Person:
    found = Person.objects.filter(username=request.POST.get("person", ""), is_active=True).first()
    if found is None:
        raise Refused("The form names nobody with an account", todo="Choose somebody")
    return found


def _ping(request: HttpRequest) -> str:
    office = request.POST.get("office", "")
    pings.ping(context(), office, actor(request))
    return f"{directive.current().office(office).name} is asked to answer."


def _answer(request: HttpRequest) -> str:
    office = request.POST.get("office", "")
    pings.answer(context(), office, actor(request))
    return f"{directive.current().office(office).name} has answered."


def _plan(request: HttpRequest) -> str:
    post = request.POST.get("of", "")
    directive.current().post(post)
    zone = rota.zone_of_post(post)
    starts, ends = (rota.local(request.POST.get(name, ""), zone) for name in ("starts", "ends"))
    made = rota.plan(context(), post, _account(request), starts=starts, ends=ends, actor=actor(request))
    return f"{made.person} is on duty in that time. The other side of it: cancel the shift before it begins."


def _note(request: HttpRequest) -> str:
    shift = rota.note(context(), _number(request), request.POST.get("note", ""), actor(request))
    return f"The note for {shift.person} is kept."


def _accept(request: HttpRequest) -> str:
    shift = rota.accept(context(), _number(request), actor(request))
    return f"{shift.person} has taken over."


def _cancel(request: HttpRequest) -> str:
    shift = rota.cancel(context(), _number(request), actor(request))
    return f"Shift {shift.pk} of {shift.person} is cancelled."


def _contact(request: HttpRequest) -> str:
    words = {k: request.POST.get(k, "").strip() for k in ("office", "channel", "address")}
    contacts.add(context(), actor(request), **words)
    return "The contact is there. Try it, then record that it answered."


def _verify(request: HttpRequest) -> str:
    contacts.verify(context(), _number(request), actor(request))
    return "Recorded: the contact answered today."


def _retire(request: HttpRequest) -> str:
    row = contacts.retire(context(), _number(request), actor(request))
    return f"Contact {row.pk} is retired. The operator can restore it."


def _cover(request: HttpRequest) -> str:
    given = request.POST
    row = covers.declare(context(), given.get("of", ""), given.get("place", ""), given.get("topic", ""), actor(request))
    return f"Declared: {row.post} covers {row.place_id or 'every place'}, {row.topic or 'every topic'}."


def _uncover(request: HttpRequest) -> str:
    row = covers.end(context(), _number(request), actor(request))
    return f"{row.post} covers {row.place_id or 'every place'}, {row.topic or 'every topic'} no more."


def _hold(request: HttpRequest) -> str:
    post, person = request.POST.get("of", ""), _account(request)
    register.hold(context(), post, person, actor(request, signed=signing.signed(request)))
    return f"{person} holds {mandate.title(post)}, and the shifts and duties that go with it."


def _leave(request: HttpRequest) -> str:
    person, to = _account(request), request.POST.get("to", "")
    heir = Person.objects.filter(username=to, is_active=True).first()
    if to and heir is None:
        raise Refused("The successor named has no account", todo="Choose somebody, or let the directive choose")
    left = succession.leave(context(), person, actor(request, signed=signing.signed(request)), to=heir)
    heirs = [f"{mandate.title(post)} to {name}" for post, name in left.posts.items()]
    return f"{person} has left. Handed on: {'; '.join(heirs) or 'no post'}; {len(left.shifts)} shifts."


ACTS: dict[str, tuple[Callable[[HttpRequest], str], str]] = {
    "hold": (_hold, "posts"),
    "leave": (_leave, "posts"),
    "ping": (_ping, "offices"),
    "answer": (_answer, "offices"),
    "plan": (_plan, "rota"),
    "note": (_note, "rota"),
    "accept": (_accept, "rota"),
    "cancel": (_cancel, "rota"),
    "contact": (_contact, "contacts"),
    "verify": (_verify, "contacts"),
    "retire": (_retire, "contacts"),
    "cover": (_cover, "covers"),
    "uncover": (_uncover, "covers"),
}
"""What a form of the page may do, and the part of the page it stands in."""


@require_POST
def act(request: HttpRequest, what: str) -> HttpResponse:
    """Do one thing of the page; a refusal comes back with the form as it was."""
    if what not in ACTS:
        raise Http404("There is no such form")
    do, part = ACTS[what]
    try:
        done = do(request)
    except (Refused, Misuse) as error:
        return _page(request, refused=remedies.sentence(error), part=part, status=422)
    messages.success(request, done, extra_tags=what)
    return redirect(f"/people#{part}")
