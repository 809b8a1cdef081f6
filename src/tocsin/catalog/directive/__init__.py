"""The directive: the mandate made executable. Posts, clocks, ladder, priorities, quorum, authority; versioned.

``current()`` is the directive in force; ``version(v)`` any that an item cites. An item runs under the version it
opened with.
"""

from __future__ import annotations

from tocsin.catalog.directive.kept import current, default, digest, version
from tocsin.catalog.directive.model import RANK, Directive
from tocsin.catalog.directive.parts import Authority, Body, Level, Office, Post, Tier
from tocsin.catalog.directive.reading import examine, parse
from tocsin.catalog.directive.shelf import find, shipped

__all__ = [
    "RANK",
    "Authority",
    "Body",
    "Directive",
    "Level",
    "Office",
    "Post",
    "Tier",
    "current",
    "default",
    "digest",
    "examine",
    "find",
    "parse",
    "shipped",
    "version",
]
