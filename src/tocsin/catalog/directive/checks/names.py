"""Names that mean something: one id for one part, and no post, office or zone that does not exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from tocsin.catalog.directive.checks.ways import _circles
from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places

LATER = {"packages"}
"""Parts that came after the first files of schema 2 were adopted: their defaults are what held before."""


def whole(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a file of schema 2 leaves no part out: what is not written is not agreed."""
    for name, field in type(rules).model_fields.items():
        if name not in rules.model_fields_set and name not in LATER:
            yield at.fault(f"{field.alias or name} is missing", "Add it; a shipped directive shows its shape")


def one_id_one_part(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that no two parts of a kind have the same id."""
    for part in ("organisations", "offices", "posts", "authorities"):
        ids = [one.id for one in getattr(rules, part)]
        for one in [name for name, n in Counter(ids).items() if n > 1]:
            second = len(ids) - 1 - ids[::-1].index(one)
            yield at.fault(f"two {part} have the same id: {one}", "Give one of them another id", part, second, "id")


def operator(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that somebody keeps the machine and assigns posts, and decides nothing by it."""
    keeper = next((p for p in rules.posts if p.id == "operator"), None)
    if keeper is None:
        yield at.fault("there is no post operator, who assigns the posts", "Add it, with tier: null", "posts")
    elif keeper.tier is not None:
        yield at.fault(
            f"the operator has tier {keeper.tier}: whoever keeps the machine would decide by it",
            "Write tier: null", "posts", next(i for i, p in enumerate(rules.posts) if p is keeper), "tier",
        )  # fmt: skip


def _post_names(rules: Directive) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Yield each post that something names: its id, what names it, the place."""
    for i, post in enumerate(rules.posts):
        for j, one in enumerate(post.deputies):
            yield one, f"post {post.id} has the deputy", ("posts", i, "deputies", j)
        if post.recused_to:
            yield post.recused_to, f"post {post.id} is recused to", ("posts", i, "recused_to")
        for one in post.body.members if post.body else []:
            yield one, f"body {post.id} has the member", ("posts", i, "body")
    for key in ("declared_by", "tell"):
        for j, one in enumerate(getattr(rules.surge, key)):
            yield one, f"surge: {key} names", ("surge", key, j)
    for j, one in enumerate(rules.reports.readers):
        yield one, "reports: readers names", ("reports", "readers", j)
    if rules.upstream.tell:
        yield rules.upstream.tell, "upstream: tell names", ("upstream", "tell")


def posts_named(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that every post that is named exists, and none deputises for, sits in or gives way to itself."""
    known = {p.id for p in rules.posts}
    for one, said, place in _post_names(rules):
        if one not in known:
            yield at.fault(f"{said} {one!r}, which is no post", f"Name one of {', '.join(known_in(rules))}", *place)
    for i, post in enumerate(rules.posts):
        if post.recused_to == post.id or (post.body and post.id in post.body.members):
            yield at.fault(f"post {post.id} stands in for itself", "Name another post", "posts", i, "recused_to")
    if rules.upstream.tell is None:
        yield at.fault("upstream names nobody to tell", "Name a senior post", "upstream", "tell")
    if not rules.surge.declared_by:
        yield at.fault("nobody may declare a surge", "Name at least one post", "surge", "declared_by")


@cache
def _zones() -> set[str]:
    """Return the names of zones this machine knows; walking them takes long, and they do not change."""
    return available_timezones()


def known_in(rules: Directive) -> list[str]:
    """Return the ids of the posts, in the order of the file."""
    return [p.id for p in rules.posts]


def offices(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that every post sits in an office there is, and that offices have an organisation, a zone and a parent."""
    known = {o.id for o in rules.offices}
    organisations = {o.id for o in rules.organisations}
    zones = _zones()
    for i, post in enumerate(rules.posts):
        if post.office not in known:
            yield at.fault(
                f"post {post.id} sits in the office {post.office!r}, which does not exist",
                f"Name one of {', '.join(o.id for o in rules.offices) or 'the offices, once there are any'}",
                "posts", i, "office",
            )  # fmt: skip
    for i, office in enumerate(rules.offices):
        if office.organisation not in organisations:
            yield at.fault(
                f"office {office.id} belongs to {office.organisation!r}, which is no organisation",
                "Add it under organisations", "offices", i, "organisation",
            )  # fmt: skip
        if zones and office.time_zone not in zones:
            yield at.fault(
                f"office {office.id} keeps the time of {office.time_zone!r}, which is no zone of the IANA database",
                "Write it as Africa/Nairobi", "offices", i, "time_zone",
            )  # fmt: skip
        if office.parent is not None and office.parent not in known:
            yield at.fault(
                f"office {office.id} stands under {office.parent!r}, which is no office",
                "Name another, or null", "offices", i, "parent",
            )  # fmt: skip
    index = {o.id: i for i, o in enumerate(rules.offices)}
    for circle in _circles({o.id: [o.parent] if o.parent else [] for o in rules.offices}):
        yield at.fault(
            f"offices stand under each other in a circle: {' → '.join([*circle, circle[0]])}",
            "Let one of them have no parent", "offices", index[circle[0]], "parent",
        )  # fmt: skip


def limits(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that an order that is total, and no quiet hour at the top level."""
    missing = sorted({"level", "under_way", "lapsed", "hours_left", "risk"} - set(rules.priorities.weights))
    if missing:
        yield at.fault(
            f"the rule of order has no weight for {', '.join(missing)}", "Give each a whole number, 0 to leave it out",
            "priorities", "weights",
        )  # fmt: skip
    if "number" not in rules.priorities.ties:
        yield at.fault("ties may stay ties: two desks would not agree", "End ties with number", "priorities", "ties")
    if "emergency" not in rules.delivery.never_quiet:
        yield at.fault("an emergency would wait for the morning", "Add emergency", "delivery", "never_quiet")
