"""Messages at the desk: the inbox of the reader's posts, one message, and the link that acknowledges."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.core.clock import iso
from tocsin.core.errors import TocsinError
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.who import standing
from tocsin.response.docket import acts, delivery_drill, heartbeats, links
from tocsin.response.docket.models import Item, Message, Seen
from tocsin.response.register import mandate

MOST = 200


def inbox(request: HttpRequest) -> QuerySet[Message]:
    """Return the messages to the reader's posts and to the bodies they sit in, newest first, with whether opened."""
    seen = Seen.objects.filter(message=OuterRef("pk"), person=reader(request))
    held = posts_held(request)
    # Of earlier versions too: their items run on, and what is put to a body of theirs reaches its members.
    bodies = {
        post.id
        for rules in mandate.versions()
        for post in rules.posts
        if any(member.id in held for member in rules.members(post.id))
    }
    return Message.objects.filter(to_post__in=[*held, *bodies]).annotate(read=Exists(seen)).order_by("-id")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the inbox: what asks for an answer first, then what is unread, then the rest."""
    found = inbox(request).select_related("item")
    now = context().now()
    rows = list(found[:MOST])
    asking = [m for m in rows if still_asks(m)]
    rest = [m for m in rows if m not in asking]
    return render(
        request,
        "desk/messages.html",
        {
            "asking": asking,
            "unread": [m for m in rest if not m.read],
            "opened": [m for m in rest if m.read],
            "count": found.filter(read=False).count(),
            "all": found.count(),
            "most": MOST,
            "silence": heartbeats.silence(now),
        },
    )


def still_asks(message: Message) -> bool:
    """Tell whether a message to a post still waits for somebody to acknowledge."""
    if not message.asks:
        return False
    if message.item is None:
        return message.withdrawn_at is None and delivery_drill.waits(message)
    step = message.item.steps.filter(left_at=None).last()
    waits = message.item.state in (Item.State.OPEN, Item.State.LAPSED)
    return waits and step is not None and step.acknowledged_at is None and step.delivery_due == message.answer_by


@require_GET
def message(request: HttpRequest, number: int) -> HttpResponse:
    """Show one message of the reader's posts, and remember that it was opened."""
    found = _mine(request, number)
    person = reader(request)
    if person is not None:
        Seen.objects.get_or_create(message=found, person=person, defaults={"at": context().now()})
    asks = still_asks(found)
    return render(
        request,
        "desk/message.html",
        {
            "message": found,
            "sendings": found.sendings.order_by("rank"),
            "asks": asks,
            "may_ack": standing(request, "acknowledge", found.item) if asks and found.item else None,
        },
    )


def _mine(request: HttpRequest, number: int) -> Message:
    found = inbox(request).select_related("item").filter(pk=number).first()
    if found is None:
        # The same words whether it is another post's or nobody's: an inbox does not tell what others are told.
        raise Http404(f"There is no message {number} to a post that you hold")
    return found


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer the call of a drill."""
    found = _mine(request, number)
    delivery_drill.answer(context(), found, via="desk")
    notes.success(request, "Answered. The drill has heard you.")
    return redirect(f"/messages/{number}")


@csrf_exempt  # the token in the address is what allows it; no cookie is looked at
@login_not_required
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link asks; its button acknowledges. Opening it changes nothing: mail readers open links.

    It shows no place and no words of the question: whoever holds the link may not be whom it was sent to.
    """
    ctx = context()
    try:
        found = links.read(ctx, token).message
        done = acts.answer(ctx, token) if request.method == "POST" else None
    except TocsinError as refusal:
        shown: dict[str, Any] = {"refusal": refusal}
        return render(request, "desk/ack.html", shown, status=409)
    if done is not None and "application/json" in request.headers.get("Accept", ""):
        from django.http import JsonResponse

        return JsonResponse({"acknowledged": found.item_id, "post": found.to_post, "at": iso(ctx.now())})
    step = found.item.steps.filter(left_at=None).last() if found.item else None
    return render(request, "desk/ack.html", {"message": found, "done": done, "step": step, "asks": still_asks(found)})
