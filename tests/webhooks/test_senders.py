"""What each sender sends, and what becomes of it: the fixtures say both."""

import json
import pkgutil

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.intake.push import Push
from bot.intake.validate import validate
from handlers.webhooks import RECEIVERS, senders
from handlers.webhooks.delivery import Delivery
from handlers.webhooks.proof import TEMPLATE_MAX
from tests.webhooks.conftest import EVERY, KINDS, PUSH, SECRET, Bot, Miniature, basic, load, source_of

each = pytest.mark.parametrize("one", EVERY.values(), ids=EVERY)


def test_every_kind_has_a_delivery_that_announces_something() -> None:
    assert set(PUSH) == set(KINDS) == {one.kind for one in EVERY.values()}


def test_every_file_of_a_sender_is_in_the_table() -> None:
    files = {module.name for module in pkgutil.iter_modules(senders.__path__)}
    assert files == {kind.replace("-", "_") for kind in RECEIVERS}


def test_a_kind_that_is_not_in_the_table_is_not_imported() -> None:
    """`kind` stands in the settings: it must not choose a module."""
    for kind in ("github.", "receiver", "..receiver", "artifact_registry"):
        assert kind not in RECEIVERS
        with pytest.raises(KeyError):
            RECEIVERS[kind]


@each
def test_the_fixtures_of_a_kind_come_from_one_source(one: Miniature) -> None:
    assert one.source == PUSH[one.kind].source


@each
async def test_a_delivery_leads_to_what_its_fixture_says(bot: Bot, one: Miniature) -> None:
    status, answer = await bot.send(one)
    assert bot.queue.images == one.expect["images"]
    assert (status, answer) == (
        one.expect.get("status", 202),
        {"accepted": len(one.expect["images"])} | ({"reason": one.expect["reason"]} if "reason" in one.expect else {}),
    )
    if "digest_hint" in one.expect:
        assert bot.queue.calls[0].digest_hint == one.expect["digest_hint"]


async def test_a_push_settles_before_it_is_checked(bot: Bot) -> None:
    await bot.send(load("quay.push"))
    assert list(bot.queue.delays.values()) == [30.0]


@pytest.mark.parametrize("name", ["distribution.push", "harbor.push", "cdevents.published"])
async def test_a_signature_that_comes_later_wakes_the_check_of_its_image(bot: Bot, name: str) -> None:
    pushed = load(name)
    await bot.send(pushed)
    bot.queue.waiting.clear()  # it was checked
    later = {
        "distribution.push": json.dumps(pushed.body).replace('"2.1.0"', f'"sha256-{"b" * 64}.sig"').replace("-1", "-2"),
        "harbor.push": json.dumps(load("harbor.push-signature").body),
        "cdevents.published": json.dumps(load("cdevents.signed").body),
    }[name]
    status, answer = await bot.deliver(pushed.kind, later.encode(), pushed.headers)
    assert (status, answer["accepted"]) == (202, 1)
    assert bot.queue.images == pushed.expect["images"]
    assert bot.queue.calls[-1].origin == "recheck"


async def test_a_signed_image_that_is_not_known_is_checked_by_its_tag(bot: Bot) -> None:
    await bot.send(load("cdevents.signed"))
    (job,) = bot.queue.calls
    assert (job.image, job.origin, job.has_evidence) == ("cd.example.com/acme/shop:2.1.0", "recheck", True)
    assert bot.queue.pushed == {}, "nothing was pushed"


@pytest.mark.parametrize("name", ["github.package", "github.package-child", "github.registry_package"])
async def test_after_each_push_to_github_the_repository_is_polled(bot: Bot, name: str) -> None:
    """When several tags are pushed, GitHub may announce only one of them."""
    await bot.send(load(name))
    assert bot.digests.hastened == [("ghcr.io/acme/shop", 30.0)]


async def test_other_senders_announce_every_tag(bot: Bot) -> None:
    for one in EVERY.values():
        if one.kind != "github":
            await bot.send(one)
    assert bot.digests.hastened == []


async def test_without_a_store_nobody_waits_for_a_poll(bot: Bot) -> None:
    bot.queue.away = True
    assert (await bot.send(load("github.package-child"))) == (202, {"accepted": 0, "reason": "no tag"})


async def test_quays_secret_may_stand_in_its_body_template(bot: Bot) -> None:
    bare = b'{"repository":"acme/shop","docker_url":"quay.io/acme/shop","updated_tags":["2.1.0"]}'
    assert (await bot.post("/webhooks/quay", bare))[0] == 404
    with_secret = bare.replace(b"{", b'{"secret":"' + SECRET.encode() + b'",', 1)
    assert (await bot.post("/webhooks/quay", with_secret))[0] == 202
    assert bot.queue.images == ["quay.io/acme/shop:2.1.0"]


@pytest.mark.parametrize(("size", "status"), [(TEMPLATE_MAX - 1000, 202), (TEMPLATE_MAX, 404)])
async def test_a_secret_is_not_looked_for_in_a_long_body(bot: Bot, size: int, status: int) -> None:
    body = {"secret": SECRET, "more": "x" * size, **load("quay.push").body}
    assert (await bot.post("/webhooks/quay", json.dumps(body).encode()))[0] == status


@pytest.mark.parametrize("kind", ["dockerhub", "aliyun"])
async def test_a_secret_in_the_body_is_good_for_quay_alone(bot: Bot, kind: str) -> None:
    body = {"secret": SECRET, **PUSH[kind].body}
    assert (await bot.post(f"/webhooks/{kind}", json.dumps(body).encode()))[0] == 404


@pytest.mark.parametrize("kind", ["distribution", "harbor", "acr", "zot"])
async def test_the_header_is_good_with_and_without_its_scheme(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    schemes = (
        f"Bearer {SECRET}",
        f"BEARER {SECRET}",
        f"Bearer  {SECRET}",
        basic("any", SECRET),
        basic("any", SECRET).replace("B", "b", 1),
    )
    for value in (SECRET, *schemes):
        headers = {**one.headers, "Authorization": value}
        assert (await bot.post(f"/webhooks/{kind}", json.dumps(one.body).encode(), headers))[0] == 202
    for value in ("", "Basic", "Basic ???", basic(SECRET, ""), basic(SECRET, SECRET + "x"), f"bearer{SECRET}"):
        headers = {**one.headers, "Authorization": value}
        assert (await bot.post(f"/webhooks/{kind}", json.dumps(one.body).encode(), headers))[0] == 401


async def test_zot_may_send_a_whole_manifest(bot: Bot) -> None:
    one = PUSH["zot"]
    body = json.dumps({**one.body, "manifest": "x" * 5_000_000}).encode()
    assert (await bot.deliver("zot", body, one.headers))[0] == 202
    assert (await bot.deliver("zot", body + b" " * 4_000_000, one.headers))[0] == 413
    assert (await bot.deliver("zot", body, one.headers, secret="w" * 43))[0] == 401


async def test_deliveries_are_counted_by_how_they_ended(bot: Bot) -> None:
    body = load("quay.push").body
    await bot.deliver("quay", {**body, "updated_tags": ["2.1.0", "artifacthub.io", None, None]})
    await bot.deliver("quay", body)
    await bot.deliver("quay", {})
    await bot.deliver("quay", b"[]")
    await bot.deliver("quay", body, secret="w" * 43)
    assert bot.digests.counts == {
        ("quay", "queued"): 1,
        ("quay", "already queued"): 1,
        ("quay", "not a release"): 1,
        ("quay", "no tag"): 2,
        ("quay", "not a push"): 1,
        ("quay", "malformed"): 1,
    }


@pytest.mark.parametrize(
    "host", ["123456789012.dkr-ecr.eu-west-3.on.aws", "123456789012.dkr.ecr.eu-west-3.amazonaws.com"]
)
def test_a_registry_of_ecr_goes_by_the_name_that_its_source_has(host: str) -> None:
    """The dual-stack endpoint has another name."""
    one = load("ecr.push")
    body = json.dumps(one.body).encode()
    (announced,) = RECEIVERS["ecr"].parse(Delivery(CIMultiDictProxy(CIMultiDict()), body)).announced
    push = validate(announced, source_of("ecr", hosts=[host]))
    assert isinstance(push, Push)
    assert str(push.image) == f"{host}/acme/shop:2.1.0"
    other = source_of("ecr", hosts=["210987654321.dkr-ecr.eu-west-3.on.aws"])
    assert validate(announced, other) == "not a registry of this source"
