"""What each registry sends, and what becomes of it: one expectation a line."""

import pytest

from tests.webhooks.conftest import SECRET, Bot, miniature

RELEASES = {
    "quay.push": ["quay.io/acme/shop:2.1.0"],
    "quay.push-two-tags": ["quay.io/acme/shop:2.1.0", "quay.io/acme/shop:latest"],
    "dockerhub.push": ["docker.io/acme/shop:2.1.0"],
    "github.package": ["ghcr.io/acme/shop:2.1.0"],
    "github.registry_package": ["ghcr.io/acme/shop:2.1.0"],
    "github.registry_package-old-shape": ["ghcr.io/acme/shop:2.1.0"],
    "distribution.push": ["registry.example:5000/acme/shop:2.1.0"],
    "distribution.push-whole": ["registry.example:5000/acme/shop:2.1.0"],
    "distribution.one-bad-event": ["registry.example:5000/acme/shop:2.1.0"],
}
NOTHING = {
    "quay.push-signature": "a signature or attestation of an image that is not known",
    "quay.vulnerability-found": "not a push",
    "github.package-child": "no tag",
    "github.package-npm": "not a container",
    "github.star": "not a package event",
}


@pytest.mark.parametrize("name", RELEASES)
async def test_a_push_is_queued_for_every_tag_of_the_payload(bot: Bot, name: str) -> None:
    headers, body = miniature(name)
    status, answer = await bot.deliver(name.partition(".")[0], body, headers)
    assert (status, answer["accepted"]) == (202, len(RELEASES[name]))
    assert bot.queue.images == RELEASES[name]
    assert all(job.origin == "webhook" for job in bot.queue.waiting.values())


@pytest.mark.parametrize("name", NOTHING)
async def test_what_is_no_release_is_taken_and_does_nothing(bot: Bot, name: str) -> None:
    headers, body = miniature(name)
    assert await bot.deliver(name.partition(".")[0], body, headers) == (202, {"accepted": 0, "reason": NOTHING[name]})
    assert bot.queue.calls == []


async def test_a_ping_of_github_is_answered(bot: Bot) -> None:
    headers, body = miniature("github.ping")
    status, _ = await bot.deliver("github", body, headers)
    assert (status, bot.queue.calls) == (200, [])


async def test_the_payloads_digest_is_only_a_hint_and_the_image_keeps_its_tag(bot: Bot) -> None:
    headers, body = miniature("github.package")
    await bot.deliver("github", body, headers)
    (job,) = bot.queue.calls
    assert job.image == "ghcr.io/acme/shop:2.1.0"
    assert job.digest_hint == "sha256:" + "b" * 64


async def test_a_push_settles_before_it_is_checked(bot: Bot) -> None:
    await bot.deliver("quay", miniature("quay.push")[1])
    assert list(bot.queue.delays.values()) == [30.0]


async def test_a_signature_that_comes_later_wakes_the_check_of_its_image(bot: Bot) -> None:
    headers, body = miniature("distribution.push")
    await bot.deliver("distribution", body, headers)
    bot.queue.waiting.clear()  # it was checked
    signature = {**body["events"][0], "id": "later"}
    signature["target"] = {**signature["target"], "tag": "sha256-" + "b" * 64 + ".sig"}
    status, answer = await bot.deliver("distribution", {"events": [signature]}, headers)
    assert (status, answer["accepted"]) == (202, 1)
    assert bot.queue.images == ["registry.example:5000/acme/shop:2.1.0"]
    assert bot.queue.calls[-1].origin == "recheck"


async def test_quays_secret_may_stand_in_its_body_template(bot: Bot) -> None:
    headers, body = miniature("quay.push-in-template")
    bare = b'{"repository":"acme/shop","docker_url":"quay.io/acme/shop","updated_tags":["2.1.0"]}'
    assert (await bot.post("/webhooks/quay", bare, headers))[0] == 404
    with_secret = bare.replace(b"{", b'{"secret":"' + SECRET.encode() + b'",', 1)
    assert (await bot.post("/webhooks/quay", with_secret, headers))[0] == 202
    assert bot.queue.images == ["quay.io/acme/shop:2.1.0"]
    assert body["updated_tags"] == ["2.1.0"]


async def test_the_registrys_header_is_good_with_and_without_its_scheme(bot: Bot) -> None:
    _, body = miniature("distribution.push")
    raw = b'{"events":[]}'
    assert body["events"]
    for value in (SECRET, f"Bearer {SECRET}"):
        assert (await bot.post("/webhooks/own", raw, {"Authorization": value}))[0] == 202


async def test_deliveries_are_counted_by_how_they_ended(bot: Bot) -> None:
    _, body = miniature("quay.push")
    await bot.deliver("quay", body)
    await bot.deliver("quay", {})
    await bot.deliver("quay", b"[]")
    await bot.deliver("quay", body, secret="w" * 43)
    assert bot.digests.counts == {("quay", "queued"): 1, ("quay", "ignored"): 1, ("quay", "malformed"): 1}
