"""Whatever comes in, a parser gives pushes or says that it is malformed, and nothing worse."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import ForgedError, MalformedDeliveryError
from bot.intake.push import Push
from bot.intake.validate import validate
from bot.oci.reference import Reference
from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import Delivery
from handlers.webhooks.proof import SourceTrust
from tests.webhooks.conftest import EVERY, KINDS, PUSH, SECRET, SOURCES

SOURCE = {source.kind: source for source in SOURCES}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def pushes(kind: str, headers: dict[str, str], raw: bytes) -> list[Push]:
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers)), raw)
    try:
        parsed = RECEIVERS[kind].parse(delivery)
    except MalformedDeliveryError:
        return []
    validated = [validate(announced, SOURCE[kind]) for announced in parsed.announced]
    return [push for push in validated if isinstance(push, Push)]


@given(st.sampled_from(KINDS), st.binary(max_size=400))
def test_garbage_is_malformed_and_nothing_worse(kind: str, raw: bytes) -> None:
    assert pushes(kind, PUSH[kind].headers, raw) == []


@given(st.sampled_from(sorted(EVERY)), st.data())
def test_a_payload_with_one_value_replaced_names_only_images_of_the_grammar(name: str, data: st.DataObject) -> None:
    one = EVERY[name]
    body = deepcopy(one.body)
    _replace_one(body, data)
    for push in pushes(one.kind, one.headers, json.dumps(body).encode()):
        assert Reference.parse(str(push.image)) == push.image
        assert push.image.registry in SOURCE[one.kind].hosts


def _replace_one(body: Any, data: st.DataObject) -> None:  # noqa: ANN401 - any JSON
    """Walk down to a random place and put a random value there."""
    while True:
        keys = sorted(body) if isinstance(body, dict) else list(range(len(body)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        inner = body[key]
        if not isinstance(inner, dict | list) or data.draw(st.booleans()):
            body[key] = data.draw(json_values)
            return
        body = inner


ANY_TEXT = st.text(st.characters(codec=None), max_size=80)
"""With halves of characters, as which a header's bytes arrive that are not UTF-8."""


@given(st.sampled_from(sorted(EVERY)), st.data())
def test_headers_of_any_text_are_read_without_harm(name: str, data: st.DataObject) -> None:
    one = EVERY[name]
    headers = {**one.headers, data.draw(st.sampled_from(sorted(one.headers))): data.draw(ANY_TEXT)}
    for push in pushes(one.kind, headers, json.dumps(one.body).encode()):
        assert push.image.registry in SOURCE[one.kind].hosts


@given(ANY_TEXT)
async def test_header_secrets_of_any_text_are_compared_without_harm(value: str) -> None:
    names = ("Authorization", "X-Webhook-Secret", "X-JFrog-Event-Auth", "X-Gitea-Signature", "X-Hub-Signature-256")
    headers = CIMultiDictProxy(CIMultiDict(dict.fromkeys((*names, "X-Nexus-Webhook-Signature"), value)))
    delivery = Delivery(headers, b"{}", path_secret=value)
    for receiver in RECEIVERS.values():
        with pytest.raises(ForgedError):
            await receiver.proof.verify(delivery, SourceTrust(SECRET, "a@b.example", "audience"))
