"""Where both tellings of the story begin: the publisher's release was loaded, and a refresh took it in."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import databases
import handed_on
from once import once, shared_folder
from story import publisher
from teller import Teller

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Begun:
    """A copy of the home that a telling may change, the folder outside it, and what load and refresh said."""

    tell: Teller
    outside: Path
    loaded: dict[str, Any]
    run: dict[str, Any]


def _begin(folder: Path) -> None:
    folder.mkdir()
    tell = Teller(folder / "home", now=T0)
    said = {"loaded": tell("load", "ucdp_ged", str(publisher.release(folder)))}
    with handed_on.forecasts(tell.home):
        said["run"] = tell("refresh")
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Begun:
    """The beginning, copied for one module."""
    made = once(shared_folder(tmp_path_factory, worker_id), "story-begun", _begin)
    folder = tmp_path_factory.mktemp("story")
    shutil.copytree(made / "home", folder / "home")
    databases.copy(made / "home", folder / "home")
    said = json.loads((made / "said.json").read_text(encoding="utf-8"))
    return Begun(Teller(folder / "home", now=T0), folder, said["loaded"], said["run"])


@pytest.fixture
def house(transactional_db: None, tmp_path: Path, settings: Any, client: Any, capsys: Any, monkeypatch: Any) -> Any:
    """A house with a catalogue of its own; whoever reads its pages is the operator, who stands in for every post."""
    from story.catalogue_house import House
    from tocsin.core.settings import Settings
    from tocsin.desk.context import context
    from tocsin.response.register.people import ensure_operator

    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    settings.TOCSIN = Settings(home=tmp_path / "home")
    settings.ALLOWED_HOSTS = ["testserver"]
    client.force_login(ensure_operator(context()))
    return House(tmp_path / "home", client, capsys, monkeypatch)
