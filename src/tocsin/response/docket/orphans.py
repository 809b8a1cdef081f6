"""Duties that nobody holds: found wherever a post or a person is named, so that a change of people leaves none."""

from __future__ import annotations

from tocsin.catalog import directive
from tocsin.core.context import Context
from tocsin.response.docket.models import Cancelling, Commitment, Item
from tocsin.response.register import succession
from tocsin.response.register.models import Cover, Holding, Situation


def orphans(ctx: Context) -> list[dict[str, object]]:
    """Return every duty without an open account behind it: what, which, whose it was and what to do.

    Posts without a holder; shifts and contacts of who has left; open items, commitments, tracks and covers of a post
    that the directive in force does not have, or that nobody holds.
    """
    found: list[dict[str, object]] = []
    empty = set(succession.without_holder())
    # A post of an earlier version is nobody's loss while somebody holds it for the items that run under that version.
    held = Holding.objects.filter(until=None, person__is_active=True).values_list("post", flat=True)
    known = {p.id for p in directive.current().posts} | set(held)

    def gone(post: str) -> bool:
        return post in empty or post not in known

    found += [_row("post", post, post, f"tocsin people hold {post} NAME") for post in sorted(empty)]
    for shift in succession.orphaned_shifts(ctx.now()):
        found.append(_row("shift", shift.pk, shift.post, f"tocsin people rota cancel {shift.pk}"))
    for contact in succession.orphaned_contacts():
        found.append(_row("contact", contact.pk, contact.office, f"tocsin people contacts retire {contact.pk}"))
    for item in Item.objects.exclude(state=Item.State.CLOSED).order_by("id"):
        if gone(item.owner_post):
            found.append(_row("item", item.pk, item.owner_post, f"tocsin docket ack {item.pk} --by POST"))
    off = Cancelling.objects.filter(agreed=True).values("commitment_id")
    rows = Commitment.objects.filter(done_at=None).exclude(item__state="closed").exclude(pk__in=off)
    found += [_row("commitment", c.pk, c.post, f"tocsin people hold {c.post} NAME") for c in rows if gone(c.post)]
    for situation in Situation.objects.order_by("place_id"):
        for track in ("prevention", "response"):
            owner = getattr(situation, f"{track}_owner")
            if owner and getattr(situation, f"{track}_closed_at") is None and gone(owner):
                found.append(_row("track", f"{situation.place_id} {track}", owner, f"/places/{situation.place_id}"))
    for cover in Cover.objects.filter(until=None):
        if gone(cover.post):
            found.append(_row("cover", cover.pk, cover.post, f"tocsin people covers end {cover.pk}"))
    return found


def _row(what: str, which: object, of: str, todo: str) -> dict[str, object]:
    return {"what": what, "which": which, "of": of, "todo": todo}
