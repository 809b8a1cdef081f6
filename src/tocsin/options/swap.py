"""The smallest change of one weight that would put other options first, or the same ones in another order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.options.order import TOGETHER, Above, Order
from tocsin.options.rule import CLOSELY
from tocsin.options.weights import HUNDREDTHS, MOST

FAR = 1 << 40


@dataclass(frozen=True)
class Swap:
    """The smallest change of one weight that changes the order of the first five: what then passes what."""

    weight: str
    now: int
    then: int
    passes: str
    passed: str


def swap(order: Order) -> Swap | None:
    """Return the smallest change of a single weight, in hundredths, that changes the first five or their order.

    None when no weight between 0 and 10 does. Every pick is a comparison of sums that are straight lines in each
    weight, so the change is computed and not searched for.
    """
    weights = order.weights.by_name
    names, by = tuple(weights), np.array(list(weights.values()), dtype=np.int64)
    best: tuple[int, int, Swap] | None = None
    above = Above()
    # In the order of ties, so that a lower row comes first on one.
    lined = sorted(order.options, key=lambda o: (o.lead, o.id))
    rows = {o.id: n for n, o in enumerate(lined)}
    plain = np.array([o.reasons for o in lined], dtype=np.int64)
    for chosen, among in order.picked[:CLOSELY]:
        mine = np.array(above.reasons(chosen), dtype=np.int64)
        at = np.array([rows[o.id] for o in among])
        theirs = plain[at]
        for row, option in enumerate(among):
            if above.goes_with(option):
                theirs[row, TOGETHER] = option.goes
        first = at < rows[chosen.id]
        gap, ahead = (mine - theirs) @ by, theirs - mine
        for n, name in enumerate(names):
            # Another passes when gap - step * rise is under 0, or is 0 and it comes first on a tie.
            rise = np.abs(ahead[:, n])
            over = np.where(rise > 0, rise, 1)
            step = np.where(first, -(-gap // over), gap // over + 1)
            then = by[n] + np.where(ahead[:, n] > 0, step, -step)
            step = np.where((rise > 0) & (then >= 0) & (then <= MOST * HUNDREDTHS), step, FAR)
            least = int(step.argmin())
            if step[least] < FAR and (best is None or (int(step[least]), n) < best[:2]):
                passes = Swap(name, int(by[n]), int(then[least]), among[least].id, chosen.id)
                best = int(step[least]), n, passes
        above.add(chosen)
    return best[2] if best else None
