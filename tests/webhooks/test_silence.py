"""What the door does not do: it dials nothing that a payload names, and tells no secret to a log."""

import json
from pathlib import Path

import pytest
import structlog

from tests.dialled import connections
from tests.webhooks.conftest import EVERY, SECRET, WRONG, Bot


async def test_nothing_that_a_payload_names_is_dialled(bot: Bot) -> None:
    with connections() as dialled:
        for one in EVERY.values():
            await bot.send(one)
    own = {bot.client.port, int(bot.google.url.split(":")[2].partition("/")[0])}
    assert dialled, "our own requests are seen"
    assert {address for address in dialled if not (isinstance(address, tuple) and address[1] in own)} == set()


async def test_nothing_that_a_hostile_payload_names_is_dialled(bot: Bot, shared_data: Path) -> None:
    kinds = {"azure-acr": "acr", "jfrog": "artifactory"}
    with connections() as dialled:
        for path in sorted((shared_data / "webhooks" / "hostile").glob("*.json")):
            document, told = json.loads(path.read_text()), path.name.partition(".")[0]
            await bot.deliver(kinds.get(told, told), document["body"], document["headers"])
    assert {address[1] for address in dialled if isinstance(address, tuple)} <= {bot.client.port}


async def test_no_secret_is_logged_or_answered(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    with structlog.testing.capture_logs() as logs:
        for one in EVERY.values():
            answers += [await bot.send(one), await bot.send(one, secret=WRONG)]
            answers.append(await bot.deliver(one.kind, b"[", one.headers))
    told = json.dumps([logs, answers], default=str) + "".join(capsys.readouterr())
    assert "delivery" in told
    for secret in (SECRET, WRONG, "Bearer", "eyJ"):
        assert secret not in told
