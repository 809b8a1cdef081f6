"""Which door leads there: who may do it, and the lawful paths through the procedures to a goal by a date (M65, M66).

``search`` gives the paths; ``find`` the same with what is too late, what is closed and what would have to change;
``plan`` dates the asks back from a meeting; ``forums`` orders the forums in which a situation is seen.
"""

from tocsin.options.routes.authority import Authority, Route, authority, route
from tocsin.options.routes.finding import Found, find, search
from tocsin.options.routes.paths import Ask, Path, Step, Wish

__all__ = ["Ask", "Authority", "Found", "Path", "Route", "Step", "Wish", "authority", "find", "route", "search"]
