"""Ed25519 of the stand-alone verifier: RFC 8032's vectors, a library beside it, and what both must refuse."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.ledger import verify

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_vectors_of_rfc_8032(secret, public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert key.public_key().public_bytes_raw() == public
    assert key.sign(message) == signature
    assert verify.ed25519_verify(public, message, signature)
    assert not verify.ed25519_verify(public, message + b"\0", signature)


def library_accepts(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_every_signature_of_the_library_is_accepted(secret, message):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    assert verify.ed25519_verify(key.public_key().public_bytes_raw(), message, key.sign(message))


@settings(max_examples=120, deadline=None)
@given(
    st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=40), st.sampled_from("pms"), st.integers(0, 511)
)
def test_one_flipped_bit_is_refused_as_by_the_library(secret, message, where, bit):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    parts = {"p": key.public_key().public_bytes_raw(), "m": message, "s": key.sign(message)}
    changed = bytearray(parts[where])
    bit %= 8 * len(changed)
    changed[bit // 8] ^= 1 << bit % 8
    parts[where] = bytes(changed)
    assert not library_accepts(parts["p"], parts["m"], parts["s"])
    assert not verify.ed25519_verify(parts["p"], parts["m"], parts["s"])


@settings(max_examples=80, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), st.binary(min_size=64, max_size=64))
def test_what_it_accepts_the_library_accepts(public, message, signature):
    if verify.ed25519_verify(public, message, signature):
        assert library_accepts(public, message, signature)


def test_a_second_signature_made_from_the_first_is_refused():
    """S + L satisfies the equation too; RFC 8032, section 5.1.7 demands S < L."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"x")
    s = int.from_bytes(signature[32:], "little") + verify.L
    assert verify.ed25519_verify(public, b"x", signature)
    assert not verify.ed25519_verify(public, b"x", signature[:32] + s.to_bytes(32, "little"))


def small_order_points():
    """The eight points whose multiple by eight is the identity, found by clearing a point of its large part."""
    found, y = set(), 2
    while len(found) < 8:
        point = verify._decode(y.to_bytes(32, "little"))
        y += 1
        if point is None:
            continue
        small = verify.IDENTITY
        for bit in bin(verify.L)[2:]:
            small = verify._double(small)
            if bit == "1":
                small = verify._add(small, point)
        for _ in range(8):
            found.add(verify._encode(small))
            small = verify._add(small, verify._decode(verify._encode(small)))
    return sorted(found)


def test_keys_and_nonces_of_small_order_are_refused():
    """With the identity as key, one signature would fit every message."""
    points = small_order_points()
    assert len(points) == 8
    for public in points:
        for r in points:
            assert not verify.ed25519_verify(public, b"any message", r + bytes(32))
    identity = (1).to_bytes(32, "little")
    fits = verify._encode(verify.BASE) + (1).to_bytes(32, "little")  # R = B, S = 1: holds for every message
    assert not verify.ed25519_verify(identity, b"any message", fits)


def test_encodings_that_are_not_canonical_are_refused():
    for y in range(19):
        assert verify._decode((verify.P + y).to_bytes(32, "little")) is None
    assert verify._decode((1 | 1 << 255).to_bytes(32, "little")) is None  # x = 0 with a sign


@pytest.mark.parametrize(("public", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_wrong_lengths_are_refused(public, signature):
    assert not verify.ed25519_verify(bytes(public), b"", bytes(signature))
