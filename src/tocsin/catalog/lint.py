"""Every check of the catalogue, found by walking: a file that is added is checked, and listed nowhere."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

import tocsin.catalog
from tocsin.catalog.tables import Finding

ROOT = Path(tocsin.catalog.__file__).parent


def files(root: Path = ROOT) -> list[str]:
    """Return the data files of the catalogue, relative to its folder, sorted."""
    return sorted(p.relative_to(root).as_posix() for s in ("*.csv", "*.yml") for p in root.rglob(s))


def check_all() -> list[Finding]:
    """Return the faults of the whole catalogue.

    Each module or folder of the catalogue that has a function ``check()`` returning findings is asked;
    beside that every YAML file must parse.
    """
    findings: list[Finding] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(tocsin.catalog.__path__)):
        check = getattr(importlib.import_module(f"tocsin.catalog.{module}"), "check", None)
        if callable(check):
            findings += check()
    told = {finding.file for finding in findings}
    for name in files():
        if name.endswith(".yml") and name not in told:
            findings += _parses(ROOT / name, name)
    return findings


def _parses(path: Path, label: str) -> list[Finding]:
    """Return a fault when a file is not YAML."""
    try:
        with path.open(encoding="utf-8") as file:
            YAML(typ="safe").load(file)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Finding(label, line, "", "", f"the file is not YAML: {error.problem}", "Mend it")]
    except (YAMLError, UnicodeDecodeError) as error:
        return [Finding(label, 1, "", "", f"the file is not YAML: {error}", "Mend it")]
    return []
