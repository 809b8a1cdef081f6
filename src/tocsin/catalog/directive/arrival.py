"""Proof that no one node stands between an item and its answer: the ways to a post, and what is left without each node.

A node is a person, a post, an office or a channel. A way is a set of nodes; taking one away takes every way it stands
on. What is left is looked for in the order in which the house would use it: the post itself, the others of its tier,
its deputies, then the tiers above, which silence carries it to, and last the published lapse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.catalog.directive.model import Directive

PUBLISHED = "publication"


@dataclass(frozen=True)
class Path:
    """One way: the nodes it stands on, after how many hours, and in words."""

    nodes: frozenset[str]
    hours: int
    says: str


@dataclass(frozen=True)
class Proof:
    """A post with its ways, and for each node the first way that is left without it."""

    post: str
    paths: list[Path]
    without: dict[str, Path]

    @property
    def broken(self) -> list[str]:
        """The nodes without which it reaches nobody who could act: only the published lapse is left."""
        return [node for node, path in self.without.items() if PUBLISHED in path.nodes]

    def as_dict(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "post": self.post,
            "ways": [p.says for p in self.paths],
            "without": {n: p.says for n, p in sorted(self.without.items())},
        }


def prove(rules: Directive, reach: Reach | None = None) -> list[Proof]:
    """Return the proof of every post that answers for a tier, in the order of the directive.

    Without ``reach``, on what the directive alone promises.
    """
    reach = reach or Reach(rules)
    return [_proof(rules, post.id, reach) for post in rules.posts if post.tier is not None]


def _proof(rules: Directive, post: str, reach: Reach) -> Proof:
    tier = rules.post(post).tier
    assert tier is not None
    paths = list(reach.to(post))
    beside = [p for p in rules.posts_of(tier) if p != post]
    for other, why in [(p, "beside it") for p in beside] + [(p.id, "its deputy") for p in rules.deputies(post)]:
        paths += [Path(p.nodes, p.hours, f"{p.says} ({why})") for p in reach.to(other)]
    hours = 0
    for above in range(tier, rules.top):
        hours += rules.tier(above).hours
        said = f"silence carries it to tier {above + 1} after {hours} h"
        higher = rules.posts_of(above + 1)
        for other in [*higher, *(deputy.id for post_id in higher for deputy in rules.deputies(post_id))]:
            paths += [Path(p.nodes, hours, f"{p.says} ({said})") for p in reach.to(other)]
    hours += rules.tier(rules.top).hours
    paths.append(Path(frozenset({PUBLISHED}), hours, f"the lapse is published after {hours} h"))
    nodes = sorted({f"post {post}"}.union(*(p.nodes for p in paths)) - {PUBLISHED})
    return Proof(post, paths, {node: next(p for p in paths if node not in p.nodes) for node in nodes})


class Reach:
    """The ways to one post as the directive alone promises them: its office, the page and the mailbox."""

    def __init__(self, rules: Directive) -> None:
        self._rules = rules

    def to(self, post: str) -> Iterable[Path]:
        """Yield the ways to a post itself and, when it is a body, to those who sit in it."""
        for one in [post, *(member.id for member in self._rules.members(post))]:
            office = self._rules.post(one).office
            for channel in ("page", "mailbox"):
                nodes = {f"post {one}", f"channel {channel}", *([f"office {office}"] if office else [])}
                said = f"{one} by the {channel}"
                yield Path(frozenset(nodes), 0, said if one == post else f"{said} (sits in {post})")


def lines(proofs: Iterable[Proof]) -> list[str]:
    """Return the proofs as text: each post, its ways, and what is left without each node."""
    said = []
    for proof in proofs:
        said.append(f"{proof.post}: {len(proof.paths)} ways, first {proof.paths[0].says}")
        said += [f"    without {n}: {p.says}" for n, p in sorted(proof.without.items())]
    return said
