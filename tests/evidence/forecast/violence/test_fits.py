"""Learners that are kept: opened under this home's own code alone, and anything else is fitted anew."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from tocsin.core.errors import Damaged
from tocsin.evidence.forecast.models import violence_v1
from tocsin.evidence.forecast.violence import counts, fits
from tocsin.evidence.forecast.violence.fits import CODE_BYTES, Fits, _secret

ROWS = 300


def forest() -> counts.Forest:
    chance = np.random.default_rng(7)
    x = chance.normal(size=(ROWS, 3))
    settings = {"n_estimators": 4, "min_samples_leaf": 5, "max_features": 0.5, "max_samples": 0.5}
    return counts.fit(counts.with_lead(x, np.ones(ROWS)), np.abs(x[:, 0]) * 9, np.ones(ROWS), settings, 3)


def asked(one: counts.Forest) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(8).normal(size=(20, 3))
    return one.quantiles(one.leaves(counts.with_lead(x, np.ones(20))), np.ones(20), 5, 3)


@pytest.fixture
def kept(tmp_path: Path) -> Fits:
    return Fits(tmp_path / "fits" / "abc", b"k" * 32)


def never() -> None:
    raise AssertionError("it is kept")


def test_a_learner_that_was_kept_says_the_same_to_the_last_bit(kept: Fits) -> None:
    made = kept.of("one", forest)
    found = kept.of("one", never)
    assert found is not made
    for mine, theirs in zip(asked(made), asked(found), strict=True):
        assert mine.tobytes() == theirs.tobytes()
    assert kept.has(["one"])
    assert not kept.has(["one", "two"])


class Trap:
    """Unpickled, it would leave a mark."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return (Path.write_text, (Path("trap"), "sprung"))  # type: ignore[return-value]


@pytest.mark.parametrize("how", ["body", "cut", "other key", "other name", "other set", "empty"])
def test_a_file_that_this_home_did_not_write_is_never_opened(
    kept: Fits, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kept.folder
    path = kept.folder / "one.fit"
    kept.of("one", lambda: 1)
    trap = pickle.dumps(Trap())
    written = {
        "body": path.read_bytes()[:CODE_BYTES] + trap,
        "cut": path.read_bytes()[:-1],
        "other key": Fits(kept.folder, b"x" * 32)._code("one", trap) + trap,
        "other name": kept._code("two", trap) + trap,
        "other set": Fits(kept.folder.with_name("def"), kept.secret)._code("one", trap) + trap,
        "empty": b"",
    }
    path.write_bytes(written[how])
    assert kept.of("one", lambda: 2) == 2
    assert not (tmp_path / "trap").exists()
    assert kept.of("one", never) == 2, "it is written anew"


def test_the_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first = _secret(keys)
    assert len(first) == CODE_BYTES
    assert _secret(keys) == first
    assert (keys / fits.KEY).stat().st_mode & 0o077 == 0


def test_without_a_folder_nothing_is_kept() -> None:
    assert [Fits().of("one", lambda n=n: n) for n in (1, 2)] == [1, 2]
    assert not Fits().has([])


def test_every_learner_of_the_model_has_a_name_of_its_own() -> None:
    names = violence_v1.learners()
    assert len(set(names)) == len(names) == 12 + 2 * len(counts.SPANS)


def test_a_key_that_was_cut_vouches_for_nothing(tmp_path: Path) -> None:
    assert len(_secret(tmp_path)) == CODE_BYTES
    (tmp_path / "fits.key").write_bytes(b"")
    with pytest.raises(Damaged, match="cut"):
        _secret(tmp_path)
