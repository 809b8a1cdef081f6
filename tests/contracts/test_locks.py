"""The locks install on the Python and pip a stock Debian brings, not only on the newest ones."""

from __future__ import annotations

import importlib.metadata
import re

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contracts.tree import REPO

LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[([a-z0-9_,-]+)\])?==", re.MULTILINE)


def test_what_is_asked_for_with_an_extra_is_locked_with_it() -> None:
    """Debian 12's pip (23.0) takes ``name==1`` for no answer to ``name[extra]`` where hashes are required."""
    found = LOCKED.findall((REPO / "requirements" / "dev.txt").read_text(encoding="utf-8"))
    locked = {canonicalize_name(name): set(filter(None, extras.split(","))) for name, extras in found}
    installed = {canonicalize_name(d.name) for d in importlib.metadata.distributions()}
    wanting = []
    for holder, extras_held in locked.items():
        # What is locked for other systems only (colorama, for Windows) is not here to be asked.
        for line in (importlib.metadata.requires(holder) or []) if holder in installed else []:
            need = Requirement(line)
            applies = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in {"", *extras_held})
            name = canonicalize_name(need.name)
            if applies and need.extras - locked.get(name, set()):
                wanting.append(f"{holder} asks for {need}")
    assert len(installed & set(locked)) > 50
    assert wanting == [], "lock with `make lock`, which keeps extras"
