"""What can be seen without opening the register through Django."""

from __future__ import annotations

import os
import shutil
import sqlite3

from tocsin.cli.doctor.finding import Finding
from tocsin.core.context import Context

LEAST_FREE_MB = 200


def home(ctx: Context) -> Finding:
    """Look whether the data folder is there and may be written."""
    folder = ctx.settings.home.absolute()
    if not folder.exists():
        return Finding("home", ok=False, what=f"There is no data folder at {folder}", todo="Run: tocsin start")
    if not folder.is_dir():
        return Finding("home", ok=False, what=f"{folder} is not a folder", todo="Name a folder with --home DIR")
    if not os.access(folder, os.W_OK | os.X_OK):
        todo = f"Run: chown -R $(id -un) {folder}"
        return Finding("home", ok=False, what=f"The data folder {folder} cannot be written", todo=todo)
    return Finding("home", ok=True, what=f"The data folder {folder} can be written")


def disk(ctx: Context) -> Finding:
    """Look whether there is room for another run and brief."""
    free = shutil.disk_usage(ctx.settings.home).free // 1_000_000
    if free < LEAST_FREE_MB:
        todo = "Free space on it, or move the folder and run with --home DIR"
        return Finding("disk", ok=False, what=f"Only {free} MB are free on the data folder's disk", todo=todo)
    return Finding("disk", ok=True, what=f"{free / 1000:.1f} GB are free on the data folder's disk")


def hub(ctx: Context) -> Finding:
    """Look whether every forecast handed in is what was written. Raises Damaged when one is not."""
    from tocsin.evidence.hub import shelf

    return Finding("hub", ok=True, what=f"{len(shelf.everything(ctx))} forecasts handed in are as they came")


def register(ctx: Context) -> Finding:
    """Look whether the register is there and sound, reading only. A register elsewhere is left to the database."""
    if ctx.settings.database_url:
        return Finding("register", ok=True, what="The register is in the database named by TOCSIN_DATABASE_URL")
    path = ctx.settings.register_path.absolute()
    if not path.exists():
        return Finding("register", ok=False, what=f"There is no register at {path}", todo="Run: tocsin start")
    restore = "Restore it from a copy; it was not touched"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        connection.close()
    except sqlite3.DatabaseError as error:
        return Finding("register", ok=False, what=f"The register {path} cannot be read: {error}", todo=restore)
    if verdict != "ok":
        return Finding("register", ok=False, what=f"The register {path} is damaged: {verdict}", todo=restore)
    return Finding("register", ok=True, what=f"The register {path} is sound")
