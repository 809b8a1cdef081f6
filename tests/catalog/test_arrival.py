"""M77: take any one node away, and an item still arrives by another way; or the directive says where it does not."""

from __future__ import annotations

import pytest

from tocsin.catalog import directive
from tocsin.catalog.directive import arrival


@pytest.mark.parametrize("name", ["default", "coalition"])
def test_without_any_one_node_an_item_still_arrives(name: str) -> None:
    rules = directive.parse(*directive.find(name)[2:])
    proofs = arrival.prove(rules)
    assert [p.post for p in proofs] == [p.id for p in rules.posts if p.tier is not None]
    for proof in proofs:
        assert {f"post {proof.post}", "channel page", "channel mailbox"} <= set(proof.without)
        assert f"office {rules.post(proof.post).office}" in proof.without
        for node, path in proof.without.items():
            assert node not in path.nodes
            # By the first way that does not stand on it: everything before it does.
            assert all(node in earlier.nodes for earlier in proof.paths[: proof.paths.index(path)])
        assert not set(proof.broken) & {"channel page", "channel mailbox"}


def test_a_post_alone_at_the_top_is_told() -> None:
    """The other end: where nothing is left but the published lapse, the proof says so."""
    rules = directive.parse(*directive.find("default")[2:])
    alone = rules.model_copy(
        update={"posts": [p.model_copy(update={"deputies": []}) if p.id == "principal" else p for p in rules.posts]}
    )
    top = next(p for p in arrival.prove(alone) if p.post == "principal")
    assert "post principal" in top.broken
    assert "published" in top.without["post principal"].says
