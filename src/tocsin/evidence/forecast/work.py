"""Spread independent pieces of work over processes, in order.

Processes and not threads: scikit-learn's forests set the interpreter's warning filters while they work, which two
threads do over each other's heads. Small work stays in this process, where starting others would cost more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from joblib import Parallel, delayed

WORTH_IT = 4000
"""Training rows from which a second process pays."""


def jobs(rows: int) -> int:
    """Return how many processes to use for fits on so many training rows: 1 or 2."""
    return 1 if rows < WORTH_IT else min(2, os.cpu_count() or 1)


def spread(function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], workers: int) -> Iterator[Any]:
    """Yield ``function(*call)`` for each call, in order. What is passed and returned must be picklable."""
    if workers == 1:
        yield from (function(*call) for call in calls)
    else:
        yield from Parallel(n_jobs=workers, return_as="generator")(delayed(function)(*call) for call in calls)
