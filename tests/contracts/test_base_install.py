"""The environment of ``make run`` is enough: nothing of the tests' tools is needed to work with Tocsin."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from contracts.tree import REPO

PYTHON = os.environ.get("TOCSIN_BASE_PYTHON", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON, reason="the base environment is made by `make test`, which names it"),
]


def _run(*command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": "/usr/bin:/bin", **extra}
    return subprocess.run([PYTHON, *command], capture_output=True, text=True, env=clean, cwd=REPO, check=False)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_it_holds_what_the_lock_says_and_no_more() -> None:
    ask = "import importlib.metadata as m; print('\\n'.join(d.name for d in m.distributions()))"
    held = {_plain(name) for name in _run("-I", "-c", ask).stdout.split()}
    lock = (REPO / "requirements" / "base.txt").read_text(encoding="utf-8")
    locked = {_plain(name) for name in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", lock, re.MULTILINE)}
    assert held - locked - {"tocsin", "pip", "setuptools"} == set(), "run `make distclean` and again"


def test_every_command_is_found_and_helps(tmp_path: Path) -> None:
    done = _run("-m", "tocsin", "--help", TOCSIN_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "refresh" in done.stdout
    assert "ledger" in done.stdout


def test_the_doctor_speaks_on_an_empty_home(tmp_path: Path) -> None:
    done = _run("-m", "tocsin", "doctor", "--json", TOCSIN_HOME=str(tmp_path / "home"))
    assert done.returncode == 1, done.stderr
    checks = json.loads(done.stdout)["checks"]
    assert any("tocsin start" in check["todo"] for check in checks)
    assert not (tmp_path / "home").exists(), "looking must not write"


def test_every_module_imports_without_the_tools_of_the_tests() -> None:
    walk = (
        "import pkgutil, importlib, os, tempfile\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tocsin.desk.settings'\n"
        "import django; django.setup(); import tocsin\n"
        "for m in pkgutil.walk_packages(tocsin.__path__, 'tocsin.'):\n"
        "    if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "print('all')"
    )
    done = _run("-c", walk, TOCSIN_HOME="/tmp/tocsin-imports")
    assert done.stdout.strip() == "all", done.stderr[-3000:]
