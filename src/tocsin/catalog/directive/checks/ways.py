"""Ways: nobody reports or deputises in a circle, every rung has a deputy and a way up, every post is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places


def _circles(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the circles of a graph, each once, beginning with its first node in the graph's order."""
    found: dict[frozenset[str], list[str]] = {}
    for start in edges:
        trail: list[tuple[str, list[str]]] = [(start, [start])]
        seen: set[str] = set()
        while trail:
            node, path = trail.pop()
            for after in edges.get(node, []):
                if after == start:
                    found.setdefault(frozenset(path), path)
                elif after not in seen and after in edges:
                    seen.add(after)
                    trail.append((after, [*path, after]))
    return list(found.values())


def manager_circles(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that nobody is their own manager's manager."""
    index = {p.id: i for i, p in enumerate(rules.posts)}
    for circle in _circles({p.id: [p.line_manager] if p.line_manager else [] for p in rules.posts}):
        yield at.fault(
            f"line managers go in a circle: {' → '.join([*circle, circle[0]])}",
            "Let one of them report outside the circle", "posts", index[circle[0]], "line_manager",
        )  # fmt: skip


def deputy_circles(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that nobody deputises for their own deputy: with both away nobody acts."""
    index = {p.id: i for i, p in enumerate(rules.posts)}
    for circle in _circles({p.id: p.deputies for p in rules.posts}):
        yield at.fault(
            f"deputies go in a circle: {' → '.join([*circle, circle[0]])}",
            "Let somebody outside the circle deputise", "posts", index[circle[0]], "deputies",
        )  # fmt: skip


def _own_deputy(rules: Directive, post_id: str) -> bool:
    """Tell whether a body still has its quorum with one member away."""
    body = next((p.body for p in rules.posts if p.id == post_id), None)
    return body is not None and body.quorum < len(set(body.members))


def a_deputy_for_every_rung(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that a post that owns a rung has a deputy; a body is its own when its quorum is below its members."""
    index = {p.id: i for i, p in enumerate(rules.posts)}
    for tier in rules.tiers:
        i = index.get(tier.owner)
        if i is not None and not rules.posts[i].deputies and not _own_deputy(rules, tier.owner):
            yield at.fault(
                f"post {tier.owner} owns tier {tier.tier} and has no deputy",
                "Name at least one post under deputies", "posts", i, "deputies",
            )  # fmt: skip


def _chain(rules: Directive, post_id: str) -> list[str]:
    """Return a post and its managers upward, stopping where the chain ends or turns back."""
    managers = {p.id: p.line_manager for p in rules.posts}
    chain: list[str] = []
    at: str | None = post_id
    while at is not None and at in managers and at not in chain:
        chain.append(at)
        at = managers[at]
    return chain


def a_way_up(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that from every post on the ladder the line of managers ends at the top."""
    tiers = {p.id: p.tier for p in rules.posts}
    managers = {p.id: p.line_manager for p in rules.posts}
    top = max((t.tier for t in rules.tiers), default=0)
    for i, post in enumerate(rules.posts):
        end = _chain(rules, post.id)[-1]
        if managers[end] is not None:
            continue  # a circle, or a manager that is no post: told apart
        if post.tier is not None and tiers[end] != top:
            yield at.fault(
                f"post {post.id} has no way up: its line of managers ends at {end}, below tier {top}",
                "Give the last of them a line manager above", "posts", i, "line_manager",
            )  # fmt: skip


def reached(rules: Directive, at: Places) -> Iterator[Fault]:
    """Ask that something comes to every post. One with neither tier nor line manager is outside the ladder."""
    told = {rules.digest.to_tier, *([rules.red_digest.to_tier] if rules.red_digest else [])}
    for rule in rules.levels:
        told |= {*range(rule.entry, rule.ceiling + 1), *rule.told}
    named = {*rules.surge.tell, *rules.surge.declared_by, *rules.reports.readers, rules.upstream.tell}
    for post in rules.posts:
        named |= {*post.deputies, post.recused_to, post.line_manager, *(post.body.members if post.body else [])}
    for i, post in enumerate(rules.posts):
        if post.tier in told or post.id in named or (post.tier is None and post.line_manager is None):
            continue
        yield at.fault(
            f"post {post.id} is unreachable: no level comes to it, nobody reports to it and nothing names it",
            "Let a level reach its tier, name it as a deputy or member, or give it neither tier nor line manager",
            "posts", i, "id",
        )  # fmt: skip
