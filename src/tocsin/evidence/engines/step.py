"""What an engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import narwhals as nw

Step = Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]
"""From a frame of events to a frame of results, lazily."""
Rows = tuple[Sequence[str], Sequence[Sequence[object]]]
"""The names of the result's columns, and its rows in any order."""
