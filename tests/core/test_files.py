"""A file is whole or it is not there, whatever happens while it is written."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from tocsin.core.files import flush_folder, write_whole


def test_it_replaces_or_refuses_to(tmp_path: Path) -> None:
    target = tmp_path / "x"
    write_whole(target, b"one", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(target, b"two", replace=False)
    assert target.read_bytes() == b"one"
    write_whole(target, iter([b"th", b"ree"]))
    assert target.read_bytes() == b"three"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_bytes_and_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "x"
    write_whole(target, b"old")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, call, stop)
    with pytest.raises(KeyboardInterrupt):
        write_whole(target, b"new and longer")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_parts_that_fail_half_way_leave_nothing(tmp_path: Path) -> None:
    def parts():
        yield b"half"
        raise ValueError("the rest cannot be made")

    with pytest.raises(ValueError, match="the rest"):
        write_whole(tmp_path / "x", parts())
    assert list(tmp_path.iterdir()) == []


def test_bytes_and_name_are_flushed_in_that_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed, real = [], os.fsync

    def note(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        flushed.append((kind, (tmp_path / "x").exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    write_whole(tmp_path / "x", b"data")
    assert flushed == [("file", False), ("folder", True)]


def test_a_mode_holds_from_the_first_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, real = [], os.fsync

    def look(handle: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", look)
    write_whole(tmp_path / "key", b"secret", mode=0o600, replace=False)
    assert seen[0] == 0o600
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_of_many_writers_who_may_not_replace_one_wins(tmp_path: Path) -> None:
    won, start = [], threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        try:
            write_whole(tmp_path / "x", b"%d" % number * 5000, replace=False)
        except FileExistsError:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert (tmp_path / "x").read_bytes() == b"%d" % won[0] * 5000
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(("number", "stops"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_a_share_that_cannot_flush_a_folder_is_no_failure_and_a_broken_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, stops: bool
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    if stops:
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            flush_folder(tmp_path)
    else:
        flush_folder(tmp_path)
