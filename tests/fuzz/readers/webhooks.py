"""Deliveries of every sender: the body, and the headers beside it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from multidict import CIMultiDict, CIMultiDictProxy

from bot.errors import ForgedError, MalformedError, UnverifiableDeliveryError
from bot.intake.push import Push
from bot.intake.validate import validate
from bot.oci.reference import Reference
from bot.settings_values import WebhookSource
from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import Delivery
from handlers.webhooks.proof import SourceTrust
from tests.conftest import ROOT
from tests.fuzz.reader import Loop, Reader, text_of

SECRET = "s3cret-of-a-test-" + "x" * 32


def _fixtures(kind: str) -> list[dict[str, Any]]:
    found = sorted((ROOT / "tests" / "fixtures" / "webhooks").glob(f"{kind}.*.json"))
    return [json.loads(path.read_text()) for path in found]


def _source(kind: str) -> WebhookSource:
    secret = {"secret": SECRET} if "secret" in RECEIVERS[kind].needs else {}
    told: dict[str, Any] = next((one["source"] for one in _fixtures(kind) if one["expect"]["images"]), {})
    return WebhookSource.model_validate({"id": kind, "kind": kind, **secret, **told})


def _delivery(kind: str) -> Callable[[bytes], None]:
    """The first line of the input is JSON with headers; without one, those of the first fixture."""
    source, headers = _source(kind), [one.get("headers", {}) for one in _fixtures(kind)]
    receiver = RECEIVERS[kind]

    def read(data: bytes) -> None:
        number, raw = (data[0] % len(headers), data[1:]) if data else (0, b"")
        delivery = Delivery(CIMultiDictProxy(CIMultiDict(headers[number])), raw)
        Loop.run(_forged(kind, delivery))
        parsed = receiver.parse(delivery)
        for announced in parsed.announced:
            push = validate(announced, source)
            if isinstance(push, Push):
                assert Reference.parse(str(push.image)) == push.image
                assert push.image.registry in source.hosts

    return read


async def _forged(kind: str, delivery: Delivery) -> None:
    trust = SourceTrust(SECRET, "a@b.example", "audience")
    try:
        await RECEIVERS[kind].proof.verify(delivery, trust)
    except (ForgedError, MalformedError, UnverifiableDeliveryError):
        return
    raise AssertionError("a delivery without a secret was taken for authentic")


def _headers(data: bytes) -> None:
    """A header's value may be any text, with halves of characters."""
    value = text_of(data)
    names = ("Authorization", "X-Webhook-Secret", "X-JFrog-Event-Auth", "X-Gitea-Signature", "X-Hub-Signature-256")
    headers = CIMultiDictProxy(CIMultiDict(dict.fromkeys((*names, "X-Nexus-Webhook-Signature", "Ce-Type"), value)))
    for kind in RECEIVERS:
        Loop.run(_forged(kind, Delivery(headers, b"{}", path_secret=value)))


def _seeds(kind: str) -> Iterator[bytes]:
    for number, one in enumerate(_fixtures(kind)):
        body = one["body"]
        yield bytes([number]) + (body.encode() if isinstance(body, str) else json.dumps(body).encode())


def _reader(kind: str) -> Reader:
    return Reader(f"webhook-{kind}", _delivery(kind), lambda: _seeds(kind))


readers = (
    *(_reader(kind) for kind in RECEIVERS),
    Reader("webhook-headers", _headers, lambda: (b"Bearer a.b.c", b"sha256=" + b"0" * 64)),
)
