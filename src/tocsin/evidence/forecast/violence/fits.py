"""Fits kept in the data folder by the hash of all that they were learnt from: a month that teaches nothing new is asked
of the learners there are.

A candidate month stands in no yearly release, so nothing is learnt from it; it moves the month that is forecast from.
``<home>/store/fits/<hash>/`` holds the learners. They are pickles, which can run whatever is in them: each carries a
code (HMAC) under a key of this home alone, and a file with another is never opened, but fitted anew. A convenience, not
a record: only the newest set stays.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import platform
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import sklearn

from tocsin.core.context import Context
from tocsin.core.errors import Damaged
from tocsin.core.files import write_whole
from tocsin.evidence.forecast.violence.counts import Forest
from tocsin.evidence.forecast.violence.kept import code_hash
from tocsin.evidence.forecast.violence.world import World
from tocsin.evidence.kept import recipe_hash

T = TypeVar("T")
KEY = "fits.key"
CODE_BYTES = 32


@dataclass(frozen=True)
class Fits:
    """Where learners are kept, and under which code. Without a folder every one is fitted and none is kept."""

    folder: Path | None = None
    secret: bytes = b""

    def of(self, name: str, make: Callable[[], T]) -> T:
        """Return the learner of a name: the one kept, or one fitted now and kept."""
        if self.folder is None:
            return make()
        path = self.folder / f"{name}.fit"
        with suppress(OSError):
            found = path.read_bytes()
            if hmac.compare_digest(found[:CODE_BYTES], self._code(name, found[CODE_BYTES:])):
                return _whole(pickle.loads(found[CODE_BYTES:]))  # type: ignore[no-any-return]  # noqa: S301 - our own
        made = make()
        body = pickle.dumps(_thin(made), protocol=5)
        # Another refresh may let this folder go: what cannot be kept is fitted again.
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, self._code(name, body) + body)
        return made

    def has(self, names: Iterable[str]) -> bool:
        """Tell whether every learner of these names is kept."""
        return self.folder is not None and all((self.folder / f"{name}.fit").is_file() for name in names)

    def _code(self, name: str, body: bytes) -> bytes:
        assert self.folder is not None
        return hmac.new(self.secret, f"{self.folder.name}/{name}\n".encode() + body, hashlib.sha256).digest()


def fits(ctx: Context, here: World, settings: tuple[Any, ...]) -> Fits:
    """Return where the learners of these training rows and settings are kept; other sets are let go.

    ``settings`` are all else that decides a fit: the recipe, the columns it uses, the seed, the last month learnt from.
    """
    digest = hashlib.sha256(repr((settings, code_hash(), sklearn.__version__, np.__version__)).encode())
    digest.update(f"{platform.python_version()} {recipe_hash()}".encode())
    train, taught = here.train, here.cube.at(here.last_final) + 1
    labels = [deaths[:, :taught] for deaths in here.final.deaths.values()]
    for table in (train.x, train.origin, train.holes, *train.recent.values(), *labels):
        digest.update(np.ascontiguousarray(table).tobytes())
    digest.update("\n".join([*train.place.astype(str), "", *train.columns]).encode())
    folder = ctx.settings.store / "fits" / digest.hexdigest()[:32]
    for other in folder.parent.glob("*") if folder.parent.is_dir() else ():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return Fits(folder, _secret(ctx.settings.keys))


def _secret(keys: Path) -> bytes:
    """Return this home's key for its fits, made on first use and readable by its owner alone."""
    path = keys / KEY
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            write_whole(path, os.urandom(CODE_BYTES), mode=0o600, replace=False)
    found = path.read_bytes()
    if len(found) != CODE_BYTES:
        raise Damaged("The key of the kept fits is cut", where=str(path), todo="Remove it: the fits are made anew")
    return found


def _thin(made: Any) -> Any:
    """Return a forest with its row numbers in the smallest type that holds them: a quarter of the size."""
    if not isinstance(made, Forest):
        return made
    small = np.uint16 if len(made.deaths) <= np.iinfo(np.uint16).max else np.uint32
    return replace(made, order=tuple(o.astype(small) for o in made.order))


def _whole(kept: Any) -> Any:
    """Return a forest as it was fitted."""
    return replace(kept, order=tuple(o.astype(np.int64) for o in kept.order)) if isinstance(kept, Forest) else kept
