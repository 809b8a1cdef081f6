"""A list of projects as a file: what is longer than any list is refused before it is taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.core.errors import Refused
from tocsin.response.register.portfolio import files

HEAD = "iati_identifier,reporting_org,title,sector_code,recipient_country\n"
ROW = "XM-1,Org,Wells,14030,SD\n"


def test_a_line_longer_than_any_is_refused_and_those_before_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LINE", 500)
    path = tmp_path / "list.csv"
    path.write_text(HEAD + ROW + "XM-2," + "x" * 600 + ",Roads,14030,SD\n", encoding="utf-8")
    read = files.lines(path, "csv", files.header(path, "csv"))
    assert next(read)[0] == 2
    with pytest.raises(Refused, match="a line of more than 500 letters"):
        list(read)


def test_a_line_as_long_as_may_be_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + ROW, encoding="utf-8")
    monkeypatch.setattr(files, "LINE", len(HEAD))
    assert [cells["title"] for _, cells in files.lines(path, "csv", files.header(path, "csv"))] == ["Wells"]
