"""Rolling forecasts kept in the data folder by the hash of everything that makes them: the same fits are made once.

``<home>/store/rolling/<hash>.parquet``. A convenience, not a record: a file that cannot be read is made anew. It holds
forecasts on a rival's panel as well, so it stays where it is made and is passed on by nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import sklearn

from tocsin.core.context import Context
from tocsin.core.files import write_whole
from tocsin.evidence.forecast import rolling
from tocsin.evidence.forecast.design import Design
from tocsin.evidence.forecast.models import Recipe
from tocsin.evidence.run_folder import parquet_bytes

CODE = (
    "models/__init__.py",
    "models/inputs.py",
    "models/onset_v1.py",
    "models/onset_v2.py",
    "combine.py",
    "design.py",
    "rolling.py",
    "split.py",
)


def history(
    ctx: Context,
    design: Design,
    span: range,
    recipe: Recipe,
    model: str,
    *,
    seed_for: Callable[..., int] | None = None,
) -> pl.DataFrame:
    """Return ``rolling.history`` of a model over base years, kept from an earlier time or made and kept now."""
    seeds = seed_for or ctx.seed_for
    text = "\n".join(
        [
            rolling.content_hash(design, recipe),
            sklearn.__version__,
            _code(),
            str(span),
            *(str(seeds(model, b)) for b in span),
        ]
    )
    file = ctx.settings.store / "rolling" / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.parquet"
    if file.is_file():
        try:
            return pl.read_parquet(file)
        except (OSError, pl.exceptions.PolarsError):
            ctx.progress(f"{file.name} cannot be read: making it anew")
    made = rolling.history(design, span, recipe, seeds, model=model, progress=ctx.progress)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, parquet_bytes(made))
    return made


@cache
def _code() -> str:
    """Return the hash of the code that makes rolling forecasts."""
    digest, root = hashlib.sha256(), Path(rolling.__file__).parent
    for part in CODE:
        digest.update((root / part).read_bytes())
    return digest.hexdigest()
