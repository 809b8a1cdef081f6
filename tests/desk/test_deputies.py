"""A deputy at the desk: the form says for whom they act, and so does the item afterwards."""

from __future__ import annotations

import pytest

from desk.conftest import PASSPHRASE
from desk.test_decide import words
from tocsin.desk.context import context
from tocsin.response.register import people
from tocsin.response.register.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def deputy(reader, item) -> Person:
    """Ada, who deputises for the principal and holds nothing else; the operator stands in for everybody."""
    from tocsin.response.docket import ladder

    operator = people.cli_actor("operator")
    person = people.add(context(), "ada", "Ada Deputy", operator)
    person.may_sign = True
    person.set_password(PASSPHRASE)
    person.save()
    people.hold(context(), "acting_principal", person, operator)
    item.ceiling = 5
    ladder.enter_rung(context(), item, 5, context().now(), "it went up")
    item.save()
    reader.force_login(person)
    return person


def test_a_deputy_acknowledges_and_decides_for_the_post_and_the_page_says_so(reader, deputy, item) -> None:
    page = reader.get(f"/docket/{item.pk}").content.decode()
    assert "as Acting principal, acting for Principal" in page
    reader.post(f"/docket/{item.pk}/acknowledge", {"post": "acting_principal"})
    assert "Answered by Acting principal, acting for Principal" in reader.get(f"/docket/{item.pk}").content.decode()
    form = reader.get(f"/docket/{item.pk}/decide").content.decode()
    assert "acting for Principal" in form
    done = reader.post(f"/docket/{item.pk}/decide", words(item, post="acting_principal", saw="0"))
    assert done.status_code == 302
    decision = item.decisions.get()
    assert (decision.post, decision.person, decision.tier) == ("acting_principal", deputy, 5)
    item.refresh_from_db()
    assert item.owner_post == "principal"
    shown = reader.get(f"/docket/{item.pk}").content.decode()
    assert "Acting principal, acting for Principal, Ada Deputy" in shown


def test_while_the_principal_is_there_the_deputy_is_told_whom_to_ask(reader, deputy, item) -> None:
    operator = people.cli_actor("operator")
    people.hold(context(), "principal", people.add(context(), "ben", "Ben", operator), operator)
    page = reader.get(f"/docket/{item.pk}").content.decode()
    assert "as Acting principal, acting for Principal" in page, "a deputy may always acknowledge"
    assert "acting_principal deputises for principal and may acknowledge" in page
    refused = reader.post(f"/docket/{item.pk}/decide", words(item, post="acting_principal", saw="0"))
    assert refused.status_code == 422
    assert not item.decisions.exists()
