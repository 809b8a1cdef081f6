"""Bodies that can decide when a member is away or recused, and two readers whom no one manager can silence."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places

TWO = 2


def quorums(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a quorum is within the members, and still within them when one is recused."""
    bodies = {p.id for p in rules.posts if p.body}
    for i, post in enumerate(rules.posts):
        if post.body is None:
            continue
        where = ("posts", i, "body")
        members = set(post.body.members)
        if len(members) < len(post.body.members):
            yield at.fault(f"body {post.id} names a member twice", "Name each member once", *where)
        if members & bodies:
            yield at.fault(f"body {post.id} has a body among its members", "Name posts that one person holds", *where)
        if post.body.quorum > len(members):
            yield at.fault(
                f"body {post.id} needs {post.body.quorum} of {len(members)} members: more than it has",
                "Lower the quorum or add members", *where,
            )  # fmt: skip
        elif post.body.quorum > len(members) - 1:
            yield at.fault(
                f"body {post.id} needs all {len(members)} members and cannot decide when one is recused",
                "Lower the quorum or add a member", *where,
            )  # fmt: skip


def readers(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a report is read by two posts under two managers: one silenced reader does not silence the pair."""
    posts = {p.id: p for p in rules.posts}
    known = [posts[r] for r in dict.fromkeys(rules.reports.readers) if r in posts]
    if len(known) < TWO:
        yield at.fault("a report needs two readers", "Name two posts under reports: readers", "reports", "readers")
    elif len({p.line_manager for p in known}) < TWO:
        yield at.fault(
            f"the readers of reports ({', '.join(p.id for p in known)}) have one line manager",
            "Let them report to two", "reports", "readers",
        )  # fmt: skip
