"""The two writers of canonical JSON here, and the library's, give the same bytes for every value."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
import rfc8785
from hypothesis import given

from tocsin.core.errors import Refused
from tocsin.ledger import canonical, verify

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.LARGEST_INTEGER, canonical.LARGEST_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_every_writer_gives_the_same_bytes(value):
    data = rfc8785.dumps(value)
    assert canonical.encode(value) == canonical.write(value) == data
    assert verify.rewrite(value) == verify.canonical(value) == data
    if isinstance(value, dict):
        assert verify.parse_line(data + b"\n") == value


def test_keys_beyond_sixteen_bits_are_sorted_by_their_units():
    """In code points U+1F600 comes after U+FB33, in UTF-16 before it."""
    value = {"\ufb33": 1, "\U0001f600": 2}
    assert canonical.encode(value).decode() == '{"\U0001f600":2,"\ufb33":1}'
    with pytest.raises(verify.Fault, match="canonical"):
        verify.parse_line('{"\ufb33":1,"\U0001f600":2}\n'.encode())


@pytest.mark.parametrize("value", [0.5, {"a": [1.0]}, 2**53, {"a": "\ud800"}, {"\ud800": 1}, {1: 2}, {1, 2}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(Refused):
        canonical.encode(value)
