"""The one parameter that carries time, chance, settings and progress into a piece of work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.core.clock import Clock, SystemClock
from tocsin.core.settings import Settings


def _silent(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Context:
    """What a room needs from the world. Swap the clock for a drill, the settings for a test."""

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=SystemClock)
    progress: Callable[[str], None] = _silent

    def now(self) -> datetime:
        """Return this context's present moment, aware, in UTC."""
        return self.clock.now()

    def seed_for(self, *names: object) -> int:
        """Return a 32-bit seed that depends on the one seed and on what it is for, and on nothing else."""
        text = "/".join([str(self.settings.seed), *map(str, names)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
