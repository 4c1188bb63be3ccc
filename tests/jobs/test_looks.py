"""What a look costs: nothing that was read is fetched again, and nothing that was remembered is trusted unseen."""

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.jobs.checker import RegistryChecker
from bot.jobs.open_checker import open_checker
from bot.oci.reference import Reference
from bot.oci.remembering import REMEMBERED_MAX
from bot.report import Report, Verdict
from bot.settings import Settings
from bot.store import Store
from bot.store.contents import CONTENT_TTL, Contents, _packed, _unpacked
from tests.fake_registry import FakeRegistry
from tests.jobs.parts import settled, settling
from tests.late_signature import Signer, tag_of
from tests.registry_faults import Status
from tests.registry_shelf import descriptor, encode

NAME = "demo/app"


class Scene:
    """A registry, a worker's checker, and what the last look asked."""

    def __init__(self, registry: FakeRegistry, checker: RegistryChecker) -> None:
        self.registry = registry
        self.checker = checker
        self.image = Reference(registry.host, NAME, "1.0")

    async def look(self, *, fresh: bool = False) -> tuple[Report, list[str]]:
        """The report, and the requests: method and what stands after the repository."""
        before = len(self.registry.requests)
        report = await self.checker.check(self.image, phase_of=settling, fresh=fresh)
        asked = self.registry.requests[before:]
        return report, [f"{one.method} {one.path.removeprefix(f'/v2/{NAME}')}" for one in asked]


def fetched(asked: list[str]) -> list[str]:
    """The contents that were fetched."""
    return [one for one in asked if one.startswith(("GET /manifests/", "GET /blobs/"))]


@pytest.fixture
async def here(store: Store) -> AsyncIterator[Scene]:
    async with scene(store) as opened:
        yield opened


@asynccontextmanager
async def scene(store: Store, **more: object) -> AsyncIterator[Scene]:
    async with FakeRegistry() as registry:
        told = {"private_hosts": [registry.host], "insecure_hosts": [registry.host], "github_api": "", **more}
        async with open_checker(Settings.model_validate(told), store) as checker:
            yield Scene(registry, checker)


def same(one: Report, other: Report) -> bool:
    """Whether they say the same; what it cost stands in them, too."""
    left_out = {"checked_at", "requests"}
    return one.model_dump(exclude=left_out) == other.model_dump(exclude=left_out)


@pytest.mark.parametrize("layout", ["max-sbom_2p_dflt", "min_2p_dflt", "none_2p_dflt", "der-imagetools-merge_partial"])
async def test_a_later_look_asks_only_where_something_may_have_arrived(here: Scene, samples: Path, layout: str) -> None:
    digest = here.registry.add_layout(samples / layout, NAME, tag="1.0")
    first, asked = await here.look()
    assert len(fetched(asked)) >= 5
    later, asked = await here.look()
    assert same(first, later)
    assert later.requests.manifest_pulls == 0
    assert fetched(asked) == []
    assert asked.count("HEAD /manifests/1.0") == 1
    assert f"HEAD /manifests/{tag_of(digest)}" in asked
    assert f"GET /referrers/{digest}" in asked


async def test_a_signature_that_has_arrived_is_found_and_is_all_that_is_fetched(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    signer = Signer.new()
    policy = tmp_path / "policy.yaml"
    entry = {"match": "*/**", "require": ["signature-missing", "signature-invalid"]}
    policy.write_text(json.dumps({"images": [{**entry, "keys": [{"name": "release", "pem": signer.pem}]}]}))
    async with scene(store, policy=policy) as here:
        digest = here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
        first, _ = await here.look()
        here.registry.add_layout(signer.layout(digest, tmp_path / "signature"), NAME, tag=tag_of(digest))
        signed, asked = await here.look()
        assert (first.verdict, signed.verdict) == (Verdict.UNKNOWN, Verdict.PASS)
        assert len(fetched(asked)) == 2  # the signature's manifest and its layer
        here.registry.repository(NAME).tags.pop(tag_of(digest))  # somebody deletes it
        gone, asked = await here.look()
        assert same(first, gone)
        assert fetched(asked) == []


async def test_of_a_new_image_the_memory_is_asked_for_the_image_alone(
    here: Scene, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, get = [], Contents.get

    async def counted(self: Contents, name: str, digest: str) -> bytes | None:
        asked.append(digest)
        return await get(self, name, digest)

    monkeypatch.setattr(Contents, "get", counted)
    digest = here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    await here.look()
    assert asked == ["1.0", digest]


async def test_another_tag_of_the_same_content_is_not_fetched_again(here: Scene, samples: Path) -> None:
    for tag in ("1.0", "latest"):
        here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag=tag)
    await here.look()
    here.image = here.image.tagged("latest")
    _, asked = await here.look()
    assert fetched(asked) == ["GET /manifests/latest"]


async def test_an_index_that_does_not_say_what_it_is_is_all_that_is_fetched_again(here: Scene, samples: Path) -> None:
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    repository = here.registry.repository(NAME)
    (_, stored) = repository.find("1.0") or pytest.fail("no image")
    index = json.loads(stored.data)
    del index["mediaType"]
    repository.add_manifest(encode(index), stored.media_type, tag="1.0")
    await here.look()
    _, asked = await here.look()
    assert fetched(asked) == ["GET /manifests/1.0"]


async def test_a_tag_that_moved_is_read_anew(here: Scene, samples: Path) -> None:
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    await here.look()
    moved = here.registry.add_layout(samples / "none_2p_dflt", NAME, tag="1.0")
    report, asked = await here.look()
    assert report.digest == moved
    assert fetched(asked)


async def test_a_person_gets_all_of_it_read_anew(here: Scene, samples: Path) -> None:
    """Content cannot change under its digest, but it may have been deleted."""
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    first, asked = await here.look()
    _, again = await here.look(fresh=True)
    earlier_release = "GET /tags/list?n=1000"  # looked for once a day
    trust = f"HEAD /manifests/{first.digest}"  # asked once an hour
    assert sorted([*again, earlier_release, trust]) == sorted(asked)
    for digest in list(here.registry.repository(NAME).manifests):
        if digest not in {first.digest, *(platform.digest for platform in first.platforms)}:
            here.registry.lose(NAME, digest)
    assert (await here.look(fresh=True))[0].verdict is Verdict.FAIL


async def test_what_could_not_be_read_is_asked_for_again(here: Scene, samples: Path) -> None:
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    here.registry.fault("/blobs/", Status(403), times=1)
    first, _ = await here.look()
    assert first.verdict is Verdict.UNKNOWN
    second, asked = await here.look()
    assert len(fetched(asked)) == 1
    assert second.verdict is Verdict.WARN


async def keys(store: Store) -> list[str]:
    return [str(key) for key in await store.redis.keys(store.key("content", "*"))]


@pytest.mark.parametrize("text", ["", "garbage", "2", "2garbage", "1" + _packed(b"{}")[1:], _packed(b"{}")])
async def test_garbage_in_the_memory_is_fetched_again(store: Store, here: Scene, samples: Path, text: str) -> None:
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    first, asked = await here.look()
    for key in await keys(store):
        await store.redis.set(key, text)
    second, again = await here.look()
    assert same(first, second)
    assert len(fetched(again)) == len(fetched(asked))


async def test_who_writes_to_the_memory_cannot_make_a_bad_image_pass(store: Store, here: Scene, samples: Path) -> None:
    """Each document of an image without attestations is replaced by a good image's."""
    bad = here.registry.add_layout(samples / "none_2p_dflt", NAME, tag="1.0")
    index = here.registry.add_layout(samples / "max-sbom_2p_dflt", "demo/good")
    good = here.registry.repository("demo/good").manifests[index].data
    first, _ = await here.look()
    assert first.verdict is Verdict.FAIL
    for key in await keys(store):
        await store.redis.set(key, _packed(good))
    await store.redis.set(store.key("content", f"{here.image.name}@1.0"), _packed(b"sha256:" + b"0" * 64))
    second, _ = await here.look()
    assert (second.verdict, second.digest) == (Verdict.FAIL, bad)
    assert same(first, second)


async def test_a_document_is_not_remembered_across_repositories(here: Scene, samples: Path) -> None:
    """Who may not read a repository learns nothing by naming its digests."""
    here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
    first, _ = await here.look()
    index = here.registry.repository(NAME).manifests[first.digest].data
    here.registry.push_manifest("demo/other", index, tag="1.0")
    other = await here.checker.check(Reference(here.registry.host, "demo/other", "1.0"), phase_of=settling, fresh=False)
    assert other.verdict is not Verdict.WARN
    assert "attestation-missing-blob" in {result.rule for result in other.failing()}


async def test_a_secret_is_never_kept(store: Store, here: Scene, samples: Path) -> None:
    here.registry.add_layout(samples / "max-args_1p_classic", NAME, tag="1.0")
    report, asked = await here.look()
    assert "provenance-secret-exposed" in {result.rule for result in report.failing()}
    assert await keys(store) == []
    _, again = await here.look()
    assert sorted(fetched(again)) == sorted(fetched(asked))


async def test_a_document_that_nobody_reads_but_holds_a_token_is_not_kept(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    token = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"
    layer = f'{{"note": "{token}"}}'.encode()
    policy = tmp_path / "policy.yaml"
    policy.write_text(json.dumps({"images": [{"match": "*/**", "require": ["signature-missing"]}]}))
    async with scene(store, policy=policy) as here:
        digest = here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
        here.registry.push_blob(NAME, layer)
        about = {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest, "size": 1}
        bundle = descriptor(layer, "application/vnd.dev.sigstore.bundle.v0.3+json")
        here.registry.push_image(NAME, layers=[bundle], subject=about)
        _, asked = await here.look()
    assert f"GET /blobs/{bundle['digest']}" in asked
    found = [_unpacked(str(await store.redis.get(key))) for key in await keys(store)]
    assert len(found) > 5
    assert all(data is not None and token.encode() not in data for data in found)


async def test_of_an_image_that_nobody_looks_at_again_soon_nothing_is_kept(store: Store, samples: Path) -> None:
    async with scene(store) as here:
        here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
        await here.checker.check(here.image, phase_of=settled, fresh=False)
    assert await keys(store) == []


async def test_the_memory_is_bounded_and_forgets(store: Store) -> None:
    contents = Contents(store, most=5000)
    for number in range(20):
        noise = random.Random(number).randbytes(400)  # noqa: S311 - what does not compress
        await contents.keep("quay.io/acme/app", [(f"sha256:{number}", noise)])
    kept = await keys(store)
    assert 0 < len(kept) < 20
    size = sum([len(str(await store.redis.get(key))) for key in kept])
    assert size == int(str(await store.redis.get(store.key("contents", "size")))) <= 5000
    assert await contents.get("quay.io/acme/app", "sha256:19") is not None
    assert await contents.get("quay.io/acme/app", "sha256:0") is None
    for key in [*kept, store.key("contents"), store.key("contents", "size")]:
        assert 0 < await store.redis.ttl(key) <= 2 * CONTENT_TTL


def test_a_small_text_that_holds_a_bomb_is_not_unpacked() -> None:
    assert _unpacked(_packed(bytes(REMEMBERED_MAX))) == bytes(REMEMBERED_MAX)
    assert _unpacked(_packed(bytes(REMEMBERED_MAX + 1))) is None


async def test_a_store_that_does_not_answer_costs_requests_and_nothing_else(samples: Path, store: Store) -> None:
    async with scene(store) as here:
        here.registry.add_layout(samples / "max-sbom_2p_dflt", NAME, tag="1.0")
        first, asked = await here.look()
        await store.redis.config_set("maxmemory", "1")
        try:
            second, again = await here.look(fresh=True)
        finally:
            await store.redis.config_set("maxmemory", "0")
        assert same(first, second)
        assert sorted([*again, f"HEAD /manifests/{first.digest}"]) == sorted(asked), "a HEAD once an hour"
