"""Which questions of the docket a procedure concerns: those whose options lead through it, for who may see them."""

from __future__ import annotations

from django.http import HttpRequest

from tocsin.catalog.library import library
from tocsin.desk import choices, facts
from tocsin.desk.context import context, posts_held, reader
from tocsin.desk.outsiders import outsider
from tocsin.response.docket.models import Item

MOST = 30


def live_items(request: HttpRequest) -> dict[str, list[Item]]:
    """Return, by procedure, the questions awaiting decision or acted on of whose options it is a way; soonest first.

    Who may see no question gets an empty answer: nobody without an account, none who holds no post, no outsider.
    At most the ``MOST`` that are due first are looked at.
    """
    if reader(request) is None or not posts_held(request) or outsider(request):
        return {}
    ctx = context()
    pic = facts.picture(ctx)
    options = library().options
    found: dict[str, list[Item]] = {}
    states = (*facts.AWAITING, Item.State.ACTING)
    rows = Item.objects.filter(state__in=states).exclude(place_id="").order_by("decision_due", "id")[:MOST]
    for item in rows:
        asked = choices.of_item(ctx, item, pic)
        if asked is None:
            continue
        ways = {code for m in asked.answer.options if m.id in options for code in options[m.id].procedures}
        for code in sorted(ways):
            found.setdefault(code, []).append(item)
    return found
