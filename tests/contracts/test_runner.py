"""The two commands themselves: one clear sentence when something is absent, an honest closing line."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from contracts.tree import REPO

FIND = REPO / "tools" / "find_python.sh"


def _tool(name: str) -> ModuleType:
    sys.path.insert(0, str(REPO / "tools"))
    spec = importlib.util.spec_from_file_location(name, REPO / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


def _path_with(folder: Path, **scripts: str) -> str:
    """A search path that holds these commands, the shell's own few, and no other."""
    for tool in ("sh", "cut", "cat"):
        (folder / tool).symlink_to(shutil.which(tool) or "")
    for name, body in scripts.items():
        path = folder / name
        path.write_text(f"#!{shutil.which('sh')}\n{body}\n")
        path.chmod(0o755)
    return str(folder)


def _find(path: str, **extra: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": path, **extra}
    return subprocess.run(["sh", FIND], env=clean, capture_output=True, text=True, check=False)


def test_a_fitting_python_is_found() -> None:
    found = _find(os.environ["PATH"], PYTHON=sys.executable)
    assert found.stdout.strip() == sys.executable
    assert found.returncode == 0


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    found = _find(_path_with(tmp_path))
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "none was found" in found.stderr
    assert "apt-get install python3" in found.stderr


def test_an_old_python_is_one_sentence(tmp_path: Path) -> None:
    old = 'case "$2" in *platform*) echo 3.9.2;; *) exit 1;; esac'
    found = _find(_path_with(tmp_path, python3=old))
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "3.9.2" in found.stderr


def test_a_python_without_venv_is_one_sentence(tmp_path: Path) -> None:
    bare = 'case "$2" in *platform*) echo 3.11.2;; *ensurepip*) exit 1;; esac'
    found = _find(_path_with(tmp_path, python3=bare))
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "python3.11-venv" in found.stderr


def test_a_shim_that_leads_nowhere_is_passed_over(tmp_path: Path) -> None:
    good = f'exec {sys.executable} "$@"'
    found = _find(_path_with(tmp_path, **{"python3": "exit 127", "python3.12": good}))
    assert found.stdout.strip().endswith("python3.12")


REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><error message="no"/></testcase>
<testcase name="e"><skipped message="the real input data is not beside the checkout (../shared)"/></testcase>
<testcase name="f"><skipped message="it was Tuesday"/></testcase>
</testsuite></testsuites>"""


def test_the_closing_line_counts_errors_as_failures(tmp_path: Path) -> None:
    runner = _tool("run_tests")
    report = tmp_path / "junit.xml"
    report.write_text(REPORT)
    assert runner.read(report).closing == "2 passed, 2 failed, 2 skipped"


def test_a_reason_for_skipping_must_be_declared() -> None:
    runner = _tool("run_tests")
    reasons = Counter({"the real input data is not beside the checkout (../shared)": 3, "it was Tuesday": 1})
    assert runner.undeclared(reasons) == ["it was Tuesday"]


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5])
def test_a_suite_that_could_not_run_is_not_a_pass(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = _tool("run_tests")
    monkeypatch.setattr(runner, "REPORT", tmp_path / "junit.xml")
    monkeypatch.setattr(runner, "CLOSING", tmp_path / "closing.txt")
    monkeypatch.setattr(runner, "REPORT_POSTGRESQL", tmp_path / "junit-postgresql.xml")
    monkeypatch.setattr(runner, "pytest", lambda *_: code)
    assert runner.main(["--no-browser"]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("0 passed, 2 failed, 0 skipped"), "each of the two passes counts"
    assert "not tested" in last
    assert (tmp_path / "closing.txt").read_text() == last + "\n"


def test_the_closing_line_counts_both_databases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runner = _tool("run_tests")
    for name in ("REPORT", "REPORT_POSTGRESQL", "CLOSING"):
        monkeypatch.setattr(runner, name, tmp_path / name)
    ran = []

    def pytest_(arguments: list[str], report: Path, database: str) -> int:
        ran.append((database, arguments))
        report.write_text('<testsuite><testcase name="a"/><testcase name="b"/></testsuite>')
        return 0

    monkeypatch.setattr(runner, "pytest", pytest_)
    assert runner.main(["--no-browser"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("4 passed, 0 failed, 0 skipped")
    assert [database for database, _ in ran] == ["sqlite", "postgresql"]
    assert "tests/response" in ran[1][1]
    ran.clear()
    assert runner.main(["--no-browser", "--database", "postgresql", "tests/ledger"]) == 0
    assert [database for database, _ in ran] == ["postgresql"]
    assert "tests/response" not in ran[0][1]
    assert "tested on postgresql only" in capsys.readouterr().out.splitlines()[-1]
    assert runner.main(["--no-browser", "--database", "mysql"]) == 2


def test_a_signpost_is_no_browser(tmp_path: Path) -> None:
    browser = _tool("browser")
    (tmp_path / "chromium").write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")
    (tmp_path / "chromium").chmod(0o755)
    assert not browser.starts(str(tmp_path / "chromium"))
    assert not browser.starts(str(tmp_path / "absent"))


def test_what_is_left_out_of_the_second_pass_is_there_and_stands_in_its_folders() -> None:
    runner = _tool("run_tests")
    names = [name for said in runner.SAID_ONCE.values() for name in said]
    assert len(names) == len(set(names))
    assert all(name.startswith(runner.ON_POSTGRESQL) for name in names)
    for name in names:
        file, _, test = name.partition("::")
        assert (
            f"def {test}(" in (runner.REPO / file).read_text(encoding="utf-8")
            if test
            else (runner.REPO / file).is_file()
        )
    (_, _, first), (_, _, second) = runner.passes([], "both", with_browser=True)
    assert [word.removeprefix("--deselect=") for word in second if word.startswith("--deselect=")] == names
    assert first == []
