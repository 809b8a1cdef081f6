"""Shifted years: a label beside the facts, a column beside the others, a panel beside the last run's.

*Against the facts*: onsets that agree with the list of facts a constant number of years off. *Against companions*:
columns that move together move in the same year; a column whose yearly changes (each year's mean over places taken
out) go with at least two others best at one and the same distance, clearly better than in the same year, stands in
the wrong year. *Repeated year*: a column that usually changes is the year before's, place by place. *Against the last
run*: the values are those the last run had for another year.

What they cannot see: companions do not see a column that moves with no other (trade, refugees) or is itself a change
since an earlier year, nor two that are
shifted together where they are each other's only companions, nor a whole source shifted at once; the last run sees
all of these, where there is one. A year's repeat is not seen in a column that hardly ever changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from tocsin.evidence.forecast.guard.sheet import Finding, Row, Sheet
from tocsin.evidence.forecast.guard.structure import BY_CHANCE, spans

Reference = Mapping[str, Mapping[Row, float]]

LAGS = (-3, -2, -1, 1, 2, 3)
NEAR_LAGS = (-2, -1, 1, 2)
FEWEST_FACTS = 10
FEWEST_PAIRS = 300
WITNESS = 0.1
"""Correlation of yearly changes from which a companion is heard; in few rows it takes more (``SURE``)."""
SURE = 6.0
"""Standard errors above nothing from which a companion is heard: seven distances and many pairs are looked at."""
CLEARLY = 2.0
"""A displaced companion is heard when it agrees so many times better than in the same year."""
FEWEST_WITNESSES = 2
FEWEST_CHANGES = 30
EQUAL = 1e-9
SAME, OTHER = 0.9, 0.1


def words(lag: int) -> str:
    """Return a displacement in words: positive, the values of a later year stand in an earlier one."""
    n = abs(lag)
    return f"{n} year{'' if n == 1 else 's'} {'early' if lag > 0 else 'late'}"


def against_facts(sheet: Sheet) -> Iterator[Finding]:
    """Refuse onsets that agree with the list of facts better at a constant distance than in the same year."""
    if sheet.facts is None:
        return
    begun = sheet.rows(np.nan_to_num(sheet.event) > 0)
    there = set(sheet.rows(~np.isnan(sheet.event)))
    facts = {f for f in sheet.facts if f in there}
    at = {lag: sum((p, y + lag) in sheet.facts for p, y in begun) for lag in (0, *LAGS)}
    best = max(LAGS, key=lambda lag: at[lag])
    if at[best] >= FEWEST_FACTS and at[best] > 2 * at[0]:
        said = f"onsets stand {words(best)}: {at[best]} of {len(begun)} agree with the facts so, {at[0]} as they are"
        yield Finding("shifted", "onset", said, begun, refuses=True)
        return
    wrong = sorted(facts.symmetric_difference(begun)) if not sheet.foreign else []
    if wrong:
        yield Finding("label beside the facts", "onset", "differs from the list of facts", tuple(wrong), refuses=True)


def against_companions(sheet: Sheet) -> Iterator[Finding]:
    """Refuse a column that stands early, as its companions tell (it knows a future); flag one that stands late."""
    names = [n for n in sheet.columns if n not in sheet.lags | sheet.changes]
    if len(names) <= FEWEST_WITNESSES:
        return
    for name, (lag, witnesses) in displaced({n: sheet.grid(sheet.columns[n]) for n in names}).items():
        said = f"moves with {' and '.join(witnesses[:3])} only when read as standing {words(lag)}"
        yield Finding("shifted", name, said, refuses=lag > 0)


def displaced(grids: Mapping[str, np.ndarray], judged: Sequence[str] | None = None) -> dict[str, tuple[int, list[str]]]:
    """Return the columns that stand in the wrong year, by how far, and the companions that say so.

    ``grids`` name → (places, years); ``judged`` are the columns asked about (default: all). Positive: the column holds
    a later year's values.
    """
    names = list(grids)
    wanted = [names.index(n) for n in (judged if judged is not None else names)]
    changes = np.stack([np.diff(g, axis=1) for g in grids.values()], axis=2)
    counts = (~np.isnan(changes)).sum(axis=0)
    moves = changes - np.where(counts > 0, np.nansum(changes, axis=0) / np.maximum(counts, 1), 0.0)
    agree, heard = {}, {}
    for lag in (0, *NEAR_LAGS):
        both = both_move(changes[:, :, wanted], changes, lag)
        r, n = together(moves[:, :, wanted], moves, lag)
        agree[lag] = np.where(both, np.abs(r), 0.0)
        heard[lag] = agree[lag] >= np.maximum(WITNESS, SURE / np.sqrt(n))
    found: dict[str, tuple[int, list[str]]] = {}
    for i, at in enumerate(wanted):
        votes: dict[int, list[tuple[float, str]]] = {}
        for j, other in enumerate(names):
            strength = {lag: float(agree[lag][i, j]) for lag in agree}
            best = max(strength, key=lambda lag: (strength[lag], lag == 0))
            if j == at or not heard[best][i, j] or (best and strength[best] < CLEARLY * strength[0]):
                continue
            votes.setdefault(best, []).append((strength[best], other))
        lag = max(votes, key=lambda k: (len(votes[k]), k == 0), default=0)
        others = sum(len(v) for k, v in votes.items() if k != lag)
        if lag and len(votes[lag]) >= FEWEST_WITNESSES and len(votes[lag]) > others:
            found[names[at]] = (lag, [other for _, other in sorted(votes[lag], reverse=True)])
    return found


def apart(mine: np.ndarray, theirs: np.ndarray, lag: int) -> tuple[np.ndarray, np.ndarray]:
    """Return changes (rows, i) of one year and, beside them, changes (rows, j) ``lag`` years on."""
    years = mine.shape[1]
    now, then = (mine[:, : years - lag], theirs[:, lag:]) if lag >= 0 else (mine[:, -lag:], theirs[:, : years + lag])
    return now.reshape(-1, mine.shape[2]), then.reshape(-1, theirs.shape[2])


def both_move(mine: np.ndarray, theirs: np.ndarray, lag: int) -> np.ndarray:
    """Return whether columns (i, j) both change in enough rows to be compared at all."""
    if abs(lag) >= mine.shape[1]:
        return np.zeros((mine.shape[2], theirs.shape[2]), dtype=bool)
    a, b = ((np.nan_to_num(m) != 0).astype(float) for m in apart(mine, theirs, lag))
    return a.T @ b >= FEWEST_CHANGES  # type: ignore[no-any-return]


def together(mine: np.ndarray, theirs: np.ndarray, lag: int) -> tuple[np.ndarray, np.ndarray]:
    """Return correlations (i, j) of changes now with changes ``lag`` years on, and how many rows each rests on.

    0 where too few rows are known, or nothing moves.
    """
    shape = (mine.shape[2], theirs.shape[2])
    if abs(lag) >= mine.shape[1]:
        return np.zeros(shape), np.ones(shape)
    a, b = apart(mine, theirs, lag)
    in_a, in_b = (~np.isnan(a)).astype(float), (~np.isnan(b)).astype(float)
    a, b = np.nan_to_num(a), np.nan_to_num(b)
    with threadpool_limits(limits=1):
        n = np.maximum(in_a.T @ in_b, 1.0)
        mean_a, mean_b = a.T @ in_b / n, in_a.T @ b / n
        shared = a.T @ b / n - mean_a * mean_b
        spread = ((a**2).T @ in_b / n - mean_a**2) * (in_a.T @ b**2 / n - mean_b**2)
    known = (n >= FEWEST_PAIRS) & (spread > 1e-12)
    return np.where(known, shared / np.sqrt(np.maximum(spread, 1e-12)), 0.0), n


def repeated_year(sheet: Sheet) -> Iterator[Finding]:
    """Flag a column whose values in a year are the year before's for every place, where it usually changes."""
    for name, x in sheet.columns.items():
        grid = sheet.grid(np.where(sheet.carried[name], np.nan, x) if name in sheet.carried else x)
        both = ~np.isnan(grid[:, 1:]) & ~np.isnan(grid[:, :-1])
        n = both.sum(axis=0)
        same = np.where(n > 0, ((grid[:, 1:] == grid[:, :-1]) & both).sum(axis=0) / np.maximum(n, 1), np.nan)
        judged = np.flatnonzero(n >= FEWEST_CHANGES)
        if not len(judged):
            continue
        usual = float(np.median(same[judged]))
        # Places that share a value move together (regions do): so many values count, not so many places.
        values = {i: len(np.unique(grid[both[:, i], i + 1])) for i in judged if same[i] == 1}
        whole = [i for i, distinct in values.items() if usual**distinct < BY_CHANCE]
        if whole:
            years = spans(int(sheet.year.min()) + 1 + i for i in whole)
            yield Finding("repeated year", name, f"in {years} every place has its value of the year before")


def against_reference(sheet: Sheet, reference: Reference) -> Iterator[Finding]:
    """Refuse columns that hold the last run's values of another year. Rows where both years are alike do not count."""
    rows = list(zip(sheet.place.tolist(), sheet.year.tolist(), strict=True))
    for name, x in sheet.columns.items():
        was = reference.get(name)
        if not was:
            continue
        now, then = sheet.grid(x), sheet.grid(np.array([was.get(r, np.nan) for r in rows]))
        for lag in LAGS:
            there = np.full_like(then, np.nan)
            if lag > 0:
                there[:, :-lag] = then[:, lag:]
            else:
                there[:, -lag:] = then[:, :lag]
            told = ~np.isnan(now) & ~np.isnan(then) & ~np.isnan(there) & (np.abs(then - there) > EQUAL)
            if told.sum() < FEWEST_CHANGES:
                continue
            moved = (np.abs(now - there) <= EQUAL)[told].mean()
            stayed = (np.abs(now - then) <= EQUAL)[told].mean()
            if moved >= SAME and stayed <= OTHER:
                said = f"stands {words(lag)} beside the last run, in {moved:.0%} of {int(told.sum()):,} rows that tell"
                yield Finding("shifted", name, said, refuses=True)
                break
