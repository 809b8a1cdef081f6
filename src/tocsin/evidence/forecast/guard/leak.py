"""Leaked futures: a column that is a later year's label, event or other column, or tells the label too well.

*Copies of the future*: in the rows that tell (where the copied thing changes) a column moves exactly as the event, the
label or another column does one to three years later, up to scale and sign. *Too good*: alone, it orders places by the
label of the years ahead with an area of ``TOO_GOOD`` or more. The best honest column of the two panels this was set on
reaches .69 (ours) and .65 (the Early Warning Project's), on base years whose windows closed by 1991; later years were
not looked at.

What they cannot see: a leak too weak to reach the bound, or blurred enough to match nothing; a column that merely
stands a year early is the business of ``shift``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tocsin.evidence.forecast.design import HORIZON_YEARS, forward_labels
from tocsin.evidence.forecast.guard.sheet import Finding, Sheet
from tocsin.evidence.forecast.guard.shift import FEWEST_CHANGES, together, words
from tocsin.evidence.forecast.guard.structure import tells_places_apart
from tocsin.evidence.forecast.score.ranking import auc

TOO_GOOD = 0.93
FEWEST_CASES = 20
EXACT = 0.999
LEADS = (1, 2, 3)
EVENT = ""


def too_good(sheet: Sheet) -> Iterator[Finding]:
    """Refuse a column that tells the label of the years ahead better than any honest one can."""
    label = forward_labels(sheet.place, sheet.year, sheet.event, HORIZON_YEARS)
    for name, x in sheet.columns.items():
        seen = ~np.isnan(x) & ~np.isnan(label)
        cases = label[seen].sum()
        if min(cases, seen.sum() - cases) < FEWEST_CASES:
            continue
        area = auc(label[seen], x[seen])
        area = max(area, 1 - area)
        if area >= TOO_GOOD:
            said = f"alone it orders places by the onsets of the next two years with an area of {area:.2f}"
            yield Finding("leaked future", name, f"{said}; no honest column comes near {TOO_GOOD}", refuses=True)


def copies_of_the_future(sheet: Sheet) -> Iterator[Finding]:
    """Refuse a column that is the event, or another column, of one to three years later.

    Of two columns that are each other's a year apart, the one that stands early is named; one that is declared to be
    an earlier year's (``lags``) is no evidence against its original.
    """
    grids = {n: sheet.grid(x) for n, x in sheet.columns.items()}
    # What is the same everywhere in a year (the year, a date) is a copy of nothing.
    grids = {EVENT: sheet.grid(sheet.event), **{n: g for n, g in grids.items() if tells_places_apart(g)}}
    names = list(grids)
    changes = np.stack([np.diff(g, axis=1) for g in grids.values()], axis=2)
    alike = {k: np.abs(together(changes, changes, k)[0]) >= EXACT for k in LEADS}
    for i, name in enumerate(names[1:], 1):
        pairs = [(j, k) for j in range(len(names)) for k in LEADS if i != j and alike[k][i, j]]
        for j, k in pairs:
            if names[j] not in sheet.lags and _is(grids[name], grids[names[j]], k):
                what = "the onsets themselves" if names[j] == EVENT else names[j]
                yield Finding("leaked future", name, f"is {what}, standing {words(k)}", refuses=True)
                break


def _is(column: np.ndarray, other: np.ndarray, lead: int) -> bool:
    """Tell whether a column's changes are another's ``lead`` years on, up to scale, where the other changes."""
    if column.shape[1] <= lead + 1:
        return False
    mine, theirs = np.diff(column, axis=1)[:, :-lead], np.diff(other, axis=1)[:, lead:]
    known = ~np.isnan(mine) & ~np.isnan(theirs)
    told = known & (theirs != 0)
    if told.sum() < FEWEST_CHANGES or (mine[told] == 0).mean() > 1 - EXACT:
        return False
    a, b = mine[known], theirs[known]
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return size > 0 and abs(float((a * b).sum())) / size >= EXACT
