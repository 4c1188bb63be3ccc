"""The whole bot: a cause that only another image can tell, in the answer to a person who asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.oci.reference import Reference
from bot.render.slack.buttons import SHOW_FIX
from bot.store import Store
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack, Sender
from tests.late_signature import Signer, tag_of
from tests.real_parts import free_port
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.whole_bot import running_bot

CHANNEL = "C0RELEASES"
SIGNED = Reference("docker.io", "demo/app", "1.0")
COPY = Reference("quay.io", "demo/app", "1.0")


@asynccontextmanager
async def asking(
    server: RedisServer, store: Store, slack: FakeSlack, registries: dict[str, FakeRegistry], policy: Path
) -> AsyncIterator[Sender]:
    """A person in Slack, and the bot with these registries behind the names that people use."""
    hosts = tuple(registry.host for registry in registries.values())
    settings = server.settings(
        port=free_port(),
        policy=policy,
        mirrors={name: registry.host for name, registry in registries.items()},
        private_hosts=hosts,
        insecure_hosts=hosts,
        github_api="",
        slack_bot_token=slack.space.token,
        slack_signing_secret=slack.space.secret,
        slack_api_url=slack.api,
        slack_channel=CHANNEL,
    )
    async with running_bot(settings, store), aiohttp.ClientSession() as session:
        yield Sender.to(f"http://127.0.0.1:{settings.port}/slack/events", slack, session)


async def test_a_copy_without_its_signatures(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    signer = Signer.new()
    policy = tmp_path / "policy.yaml"
    (tmp_path / "release.pem").write_text(signer.pem)
    policy.write_text("images:\n  - match: '*/**'\n    require: [signature-missing]\n    keys: [release.pem]\n")
    async with FakeRegistry() as here, FakeRegistry() as there, FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        digest = there.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1.0")
        there.add_layout(signer.layout(digest, tmp_path / "signature"), "demo/app", tag=tag_of(digest))
        here.add_layout(samples / "max-sbom_2p_dflt", "demo/app", tag="1.0")

        async with asking(empty_store, store, slack, {"docker.io": there, "quay.io": here}, policy) as person:
            assert (await person.command(f"check {SIGNED}")).status == 200
            await eventually(lambda: _is_known(store, SIGNED))
            assert (await person.command(f"check {COPY}")).status == 200
            await eventually(lambda: len(_answers(slack)) == 2)
            private = {key: value for key, value in _answers(slack)[1].items() if key in {"text", "blocks"}}
            await person.press(private, SHOW_FIX)
            await eventually(lambda: len(_answers(slack)) == 3)
        assert not slack.parents(CHANNEL), "who asks privately is answered privately"
        said = str(_answers(slack)[2])
    assert "The same digest is signed at docker.io and not here" in said
    assert "regctl image copy --referrers --digest-tags" in said


async def _is_known(store: Store, image: Reference) -> bool:
    return await Reports(store).latest(str(image)) is not None


def _answers(slack: FakeSlack) -> list[dict[str, Any]]:
    """What the person was answered, after the acknowledgements."""
    return [said for url in slack.space.responses.values() for said in url.got]
