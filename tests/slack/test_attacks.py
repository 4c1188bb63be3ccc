"""An image that wants to shout in the channel: from its evidence, through the rules, to what people see in Slack."""

import json

import pytest

from bot.context import Expected, ExpectedIdentity
from bot.policy import default_policy
from bot.report import Report
from bot.values import replace
from tests.fake_slack.guard import broken
from tests.making import config, image, platform, provenance, reported, signature
from tests.slack.parts import CHANNEL, START, Office

SHOUTS = [
    "<!channel> released",
    "` <!everyone> `",
    "x` :white_check_mark: *Pass* `y",
    "<https://evil.example/login|Sign in to see the report>",
    "<@U0ALICE> please run this",
    "a\u202egnp.exe\u200b",
    "&lt;!here&gt;",
]


def shouting(words: str) -> Report:
    """Labels, builder, source, platform, identity and base images are the attacker's; the tag cannot be."""
    built = provenance(builder_id=words, source=words, revision=words, base_images=(words,))
    labels = (("title", "${" + words + "}"), (words, "${X}"), ("org.opencontainers.image.revision", words))
    evidence = image(
        platform(f"linux/{words}", provenance=built, config=config(labels=labels), sbom=None),
        signatures=(signature(identity=words, issuer=words),),
        notes=(f"media types disagree: {words}",),
    )
    expected = Expected(
        identities=(ExpectedIdentity("https://issuer", "nobody"),),
        sources=("https://github.com/acme/.*",),
        builders=("https://github.com/acme/.*",),
        base_images=("pkg:docker/alpine.*",),
    )
    return reported(evidence, replace(default_policy(), expected=expected), now=START)


@pytest.mark.parametrize("words", SHOUTS)
async def test_it_is_read_and_calls_nobody(office: Office, words: str) -> None:
    told = shouting(words)
    assert {"image-label-unexpanded", "provenance-builder-unexpected"} <= {result.rule for result in told.failing()}
    await office.publish(told)
    (parent,) = office.slack.parents(CHANNEL)
    messages = [parent, *office.slack.replies(CHANNEL, parent["ts"])]
    assert len(messages) == 4
    for message in messages:
        assert not broken(message["text"], message["blocks"])
        assert not any(block["block_id"].startswith("plain") for block in message["blocks"])
        for block in message["blocks"]:
            text = block.get("text", {}).get("text", "")
            assert ":white_check_mark: *Pass* `y" not in text
            assert "<https://evil" not in text
        assert not {"\u202e", "\u200b"} & set(json.dumps(message, ensure_ascii=False))
