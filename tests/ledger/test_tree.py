"""The tree against Certificate Transparency's published vectors, and proofs of every size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.ledger import tree, verify

# The leaves and roots that Certificate Transparency's own tests use (transparency-dev/merkle, testonly).
LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [tree.leaf_hash(data) for data in LEAVES]


def naive_root(hashes):
    """RFC 6962's definition, word for word."""
    if not hashes:
        return tree.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return tree.node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    assert tree.root(HASHES[:size]).hex() == ROOTS[size]
    other = verify.Tree()
    for data in LEAVES[:size]:
        other.add(verify.leaf_hash(data))
    assert other.root().hex() == ROOTS[size]


def test_published_proofs():
    assert [part.hex() for part in tree.inclusion_proof(5, HASHES)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [part.hex() for part in tree.consistency_proof(6, HASHES)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [part.hex() for part in tree.consistency_proof(2, HASHES[:5])] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


def hashes_of(size, salt=0):
    return [tree.leaf_hash(b"%d/%d" % (salt, n)) for n in range(size)]


@given(st.integers(0, 300))
def test_growing_gives_the_root_of_the_definition(size):
    hashes = hashes_of(size)
    assert tree.root(hashes) == naive_root(hashes)
    half = tree.Frontier()
    for leaf in hashes[: size // 2]:
        half.append(leaf)
    resumed = tree.Frontier(half.size, half.peaks)
    for leaf in hashes[size // 2 :]:
        resumed.append(leaf)
    assert resumed.root() == tree.root(hashes)
    assert len(resumed.peaks) <= size.bit_length()


@given(st.integers(1, 200), st.data())
def test_inclusion_is_proved_and_nothing_else_is(size, data):
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))
    root, path = tree.root(hashes), tree.inclusion_proof(index, hashes)
    assert len(path) <= max(size - 1, 0).bit_length()
    assert tree.verify_inclusion(hashes[index], index, size, path, root)
    assert verify.root_of_path(hashes[index], index, size, path) == root
    other = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert not tree.verify_inclusion(hashes[index], other, size, path, root)
    assert not tree.verify_inclusion(tree.leaf_hash(b"forged"), index, size, path, root)
    assert not tree.verify_inclusion(hashes[index], index, size, [*path, root], root)
    if path:
        assert not tree.verify_inclusion(hashes[index], index, size, path[:-1], root)
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = tree.leaf_hash(path[at])
        assert not tree.verify_inclusion(hashes[index], index, size, path, root)


@given(st.integers(0, 200), st.data())
def test_consistency_is_proved_and_nothing_else_is(size, data):
    hashes = hashes_of(size)
    old = data.draw(st.integers(0, size))
    root, old_root = tree.root(hashes), tree.root(hashes[:old])
    path = tree.consistency_proof(old, hashes)
    assert tree.verify_consistency(old, size, old_root, root, path)
    assert not tree.verify_consistency(old, size, old_root, root, [*path, root])
    if old:
        forged = tree.root([*hashes[: old - 1], tree.leaf_hash(b"forged")])
        assert not tree.verify_consistency(old, size, forged, root, path)
    if 0 < old < size:
        assert not tree.verify_consistency(old, size, old_root, tree.leaf_hash(root), path)
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = tree.leaf_hash(path[at])
        assert not tree.verify_consistency(old, size, old_root, root, path)


@settings(max_examples=50)
@given(st.integers(1, 64), st.integers(1, 64))
def test_proof_cannot_hide_a_rewritten_prefix(old, more):
    """A proof made in a rewritten tree never fits the old root."""
    before, after = hashes_of(old), hashes_of(old + more, salt=1)
    path = tree.consistency_proof(old, after)
    assert not tree.verify_consistency(old, old + more, tree.root(before), tree.root(after), path)


def test_impossible_questions_are_refused():
    with pytest.raises(IndexError):
        tree.inclusion_proof(3, HASHES[:3])
    with pytest.raises(IndexError):
        tree.consistency_proof(4, HASHES[:3])
    with pytest.raises(ValueError, match="do not make a tree"):
        tree.Frontier(3, [b""])
    assert not tree.verify_consistency(5, 4, b"", b"", [])
    assert not tree.verify_consistency(3, 5, b"", b"", [])
