"""What the linter asks of a directive that can be read: a list of checks, each a function to faults.

``CHECKS`` hold for every schema; ``CHECKS_2`` ask for what schema 1 could not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tocsin.catalog.directive.checks import authority, bodies, ladder, names, ways
from tocsin.catalog.directive.model import Directive
from tocsin.catalog.directive.places import Fault, Places

Check = Callable[[Directive, Places], Iterator[Fault]]

CHECKS: list[Check] = [
    names.one_id_one_part,
    ladder.rungs,
    ladder.managers,
    ladder.levels,
    ladder.digests,
    ladder.packages,
    names.operator,
]
CHECKS_2: list[Check] = [
    names.whole,
    names.posts_named,
    names.offices,
    ways.manager_circles,
    ways.deputy_circles,
    ways.a_deputy_for_every_rung,
    ways.a_way_up,
    ways.reached,
    bodies.quorums,
    bodies.readers,
    authority.named,
    authority.behind_every_rung,
    names.limits,
]
