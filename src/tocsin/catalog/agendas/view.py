"""What one or several actions do to the four agendas together: served, perhaps harmed, and by which tension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.catalog.agendas.reading import book, tags
from tocsin.catalog.library import library
from tocsin.core.errors import Misuse


@dataclass(frozen=True)
class Pull:
    """A tension: what it may harm and for the sake of what, which actions bring it, what to watch."""

    id: str
    what: str
    watch: str
    helps: tuple[str, ...]
    harms: tuple[str, ...]
    by: tuple[str, ...]
    apart: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """The agendas with who serves and who may harm each, the tensions, and what the tags add in their own words."""

    served: dict[str, tuple[str, ...]]
    harmed: dict[str, tuple[str, ...]]
    pulls: tuple[Pull, ...]
    why: dict[str, str]
    untagged: tuple[str, ...]
    basis: str

    def as_dict(self) -> dict[str, Any]:
        """Return the view as plain values."""
        return {
            "agendas": {
                key: {
                    "title": agenda.title,
                    "served_by": list(self.served[key]),
                    "may_be_harmed_by": list(self.harmed[key]),
                }
                for key, agenda in book().agendas.items()
            },
            "tensions": [vars(pull) for pull in self.pulls],
            "why": self.why,
            "untagged": list(self.untagged),
            "basis": self.basis,
        }


def view(options: Sequence[str], *, serves: Sequence[str] = (), may_harm: Sequence[str] = ()) -> View:
    """Return what options do to the agendas, and with them an action of one's own, tagged by hand.

    ``serves`` and ``may_harm`` are the agendas of that action (shown as ``yours``). Raises Misuse for an option or an
    agenda there is not.
    """
    kept, tagged = book(), tags()
    for name in options:
        if name not in library().options:
            raise Misuse(f"There is no option {name!r}", todo="See tocsin catalog show options")
    for name in (*serves, *may_harm):
        if name not in kept.agendas:
            raise Misuse(f"{name!r} is no agenda", todo=f"Choose one of {', '.join(kept.agendas)}")
    does = {o: (tagged[o].serves, tagged[o].may_harm) for o in dict.fromkeys(options) if o in tagged}
    if serves or may_harm:
        does["yours"] = (tuple(serves), tuple(may_harm))
    pulls = []
    for key, tension in kept.tensions.items():
        by = tuple(o for o in does if _brings(o, key, does[o], tension.helps, tension.harms))
        if by:
            helps = tuple(a for a in tension.helps if any(a in does[o][0] for o in by))
            harms = tuple(a for a in tension.harms if any(a in does[o][1] for o in by))
            apart = [kept.between(a, b) for a in helps for b in harms]
            pulls.append(Pull(key, tension.what, tension.watch, helps, harms, by, tuple(p.apart for p in apart if p)))
    return View(
        served={key: tuple(o for o, (good, _) in does.items() if key in good) for key in kept.agendas},
        harmed={key: tuple(o for o, (_, bad) in does.items() if key in bad) for key in kept.agendas},
        pulls=tuple(pulls),
        why={o: tagged[o].why for o in does if o in tagged and tagged[o].why},
        untagged=tuple(o for o in dict.fromkeys(options) if o not in tagged),
        basis=kept.basis,
    )


def _brings(
    option: str,
    tension: str,
    does: tuple[tuple[str, ...], tuple[str, ...]],
    helps: tuple[str, ...],
    harms: tuple[str, ...],
) -> bool:
    """Tell whether an action brings a tension: an option as it is tagged, an action of one's own by its agendas."""
    if option in tags():
        return tension in tags()[option].tensions
    return bool(set(helps) & set(does[0]) and set(harms) & set(does[1]))
