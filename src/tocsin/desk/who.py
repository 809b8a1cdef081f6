"""Under which of the reader's posts an act may be done here, and, when under none, which rule says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from tocsin.core.errors import Refused
from tocsin.desk.context import context, posts_held, reader
from tocsin.response.docket.models import Item
from tocsin.response.docket.rank import may_answer
from tocsin.response.register.people import Actor, may


@dataclass(frozen=True)
class Standing:
    """The posts under which the reader may do one act; when there are none, the rule and whom to ask."""

    posts: list[str]
    rule: str = ""
    ask: str = ""
    acting: dict[str, str] = field(default_factory=dict)
    """{post of the reader: the post it would act for}, where that is another."""


def standing(request: HttpRequest, act: str, item: Item | None = None) -> Standing:
    """Judge an act under every post the reader holds."""
    posts, rule, ask = [], "You hold no post of the directive", "The operator assigns posts"
    acting_for, now = {}, context().now()
    for post in posts_held(request):
        acting = Actor(post=post, person=reader(request), via="desk")
        verdict = may(acting, act) if item is None else may_answer(acting, act, item, now)
        if verdict.allowed:
            posts.append(post)
            acting_for |= {post: verdict.acting_for} if verdict.acting_for else {}
        else:
            rule, ask = verdict.rule, verdict.ask
    return Standing(posts, rule, ask, acting_for)


def actor(request: HttpRequest, *, signed: bool = False) -> Actor:
    """Return the actor of a form: the post chosen in it, held by the reader.

    Raises Refused when no post was chosen; whether the post may act is judged by the act itself.
    """
    post = request.POST.get("post", "")
    if not post:
        raise Refused("The form names no post to act under", todo="Choose the post under which you act")
    return Actor(post=post, person=reader(request), via="desk", signed=signed)
