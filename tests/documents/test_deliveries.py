"""The delivery that docs/webhooks.md sends by hand: a bot with the settings of that page accepts it."""

from pathlib import Path
from typing import Final

import pytest

from tests.documents.sandbox import Sandbox, sandbox
from tests.documents.shown import blocks
from tests.real_parts import free_port

pytestmark = pytest.mark.documents

SECRET: Final = "0123456789abcdef0123456789abcdef0123"


def shown(begins: str) -> str:
    """The block of docs/webhooks.md that begins so, with a secret for its `…`."""
    (block,) = [one for one in blocks() if one[0].document == "webhooks.md" and one[0].text.startswith(begins)]
    return "\n".join(line.text for line in block).replace("…", SECRET)


async def answered(room: Sandbox, curl: str) -> tuple[str, str]:
    """Status and body."""
    ended = await room.run(f"{curl} -s -w ' %{{http_code}}'")
    body, _, status = ended.stdout.rpartition(" ")
    return status, body


async def test_the_delivery_is_accepted_and_one_with_another_secret_is_not(tmp_path: Path) -> None:
    port, curl = free_port(), shown("curl ")
    curl = curl.replace("127.0.0.1:3000", f"127.0.0.1:{port}")
    async with (
        sandbox(tmp_path) as room,
        room.serving(".venv/bin/provenance serve --with-worker", port, shown("export ")),
    ):
        assert await answered(room, curl) == ("202", '{"accepted": 1}')
        status, _ = await answered(room, curl.replace(SECRET, SECRET[::-1]))
        assert status == "401"
        assert "delivery refused" in (tmp_path / "server.log").read_text("utf-8")
