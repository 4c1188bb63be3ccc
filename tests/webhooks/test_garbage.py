"""Whatever comes in, a parser gives pushes or says that it is malformed, and nothing worse."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import ForgedError, MalformedDeliveryError
from bot.intake.push import Push
from bot.intake.validate import validate
from bot.oci.reference import Reference
from bot.settings import WebhookSource
from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import Delivery
from tests.webhooks.conftest import MINIATURES, SECRET, SOURCES, miniature

SOURCE: dict[str, WebhookSource] = {source.kind: source for source in SOURCES}
EXAMPLES = sorted(path.stem for path in MINIATURES.glob("*.json"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def pushes(source: WebhookSource, headers: dict[str, str], raw: bytes) -> list[Push]:
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers)), raw)
    try:
        parsed = RECEIVERS[source.kind].parse(delivery)
    except MalformedDeliveryError:
        return []
    believed = [validate(announced, source) for announced in parsed.announced]
    return [push for push in believed if isinstance(push, Push)]


@given(st.sampled_from(sorted(RECEIVERS)), st.binary(max_size=400))
def test_garbage_is_malformed_and_nothing_worse(kind: str, raw: bytes) -> None:
    assert pushes(SOURCE[kind], {"X-GitHub-Event": "package"}, raw) == []


@given(st.sampled_from(EXAMPLES), st.data())
def test_a_payload_with_one_value_replaced_names_only_images_of_the_grammar(name: str, data: st.DataObject) -> None:
    headers, body = miniature(name)
    _replace_one(body, data)
    for push in pushes(SOURCE[name.partition(".")[0]], headers, json.dumps(body).encode()):
        assert Reference.parse(str(push.image)) == push.image
        assert push.image.registry in SOURCE[name.partition(".")[0]].hosts


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


@given(st.text(max_size=80))
def test_header_secrets_of_any_text_are_compared_without_harm(value: str) -> None:
    headers = CIMultiDictProxy(CIMultiDict({"Authorization": value}))
    delivery = Delivery(headers, b"{}", path_secret=value)
    for receiver in RECEIVERS.values():
        with pytest.raises(ForgedError):
            receiver.verify(delivery, SECRET)
