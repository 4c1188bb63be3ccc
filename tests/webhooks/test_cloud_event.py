"""Which of the three forms of a CloudEvent a delivery has; an event that is the body is not read from headers."""

import json

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import MalformedDeliveryError
from handlers.webhooks.cloud_event import BATCH, STRUCTURED, CloudEvents, read_events
from handlers.webhooks.delivery import Delivery

IN_THE_BODY = {"specversion": "1.0", "type": "body", "source": "/body", "id": "1", "data": {"of": "body"}}
IN_THE_HEADERS = {"ce-type": "header", "ce-source": "/header%20one", "ce-id": "2"}


def read(body: object, media_type: str, **headers: str) -> CloudEvents:
    named = CIMultiDict({"Content-Type": media_type, **headers})
    return read_events(Delivery(CIMultiDictProxy(named), json.dumps(body).encode()))


@pytest.mark.parametrize("media_type", [STRUCTURED, f"{STRUCTURED}; charset=utf-8", "application/json"])
def test_the_body_is_the_event(media_type: str) -> None:
    (event,) = read(IN_THE_BODY, media_type).events
    assert (event.type, event.source, event.data) == ("body", "/body", {"of": "body"})


def test_headers_say_nothing_of_an_event_that_is_the_body() -> None:
    (event,) = read(IN_THE_BODY, STRUCTURED, **IN_THE_HEADERS).events
    assert (event.type, event.source, event.data) == ("body", "/body", {"of": "body"})


def test_the_headers_are_the_event_and_the_body_its_data() -> None:
    (event,) = read({"of": "body"}, "application/json", **IN_THE_HEADERS).events
    assert (event.type, event.source, event.data) == ("header", "/header one", {"of": "body"})


def test_an_event_of_a_batch_that_does_not_read_hides_no_other() -> None:
    found = read([{"type": 1}, IN_THE_BODY], BATCH, **IN_THE_HEADERS)
    assert [event.type for event in found.events] == ["body"]
    assert found.ignored == ("an event that does not read",)


@pytest.mark.parametrize(
    ("body", "media_type"), [({}, STRUCTURED), ({}, "application/json"), ([], STRUCTURED), ({}, BATCH)]
)
def test_what_has_none_of_these_forms_is_malformed(body: object, media_type: str) -> None:
    with pytest.raises(MalformedDeliveryError):
        read(body, media_type)
