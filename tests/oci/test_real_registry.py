"""Against Debian's docker-registry: what skopeo pushed is what we read."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.errors import DeniedError, NotFoundError
from bot.oci import tally
from bot.oci.layout import LayoutRegistry, parse_layout
from bot.oci.manifest import Content, Index, Manifest
from bot.oci.reference import Reference, fallback_tag
from bot.oci.registry import Registry
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened
from tests.real_parts import DockerRegistry, running_registry
from tests.registry_faults import Status

pytestmark = pytest.mark.real

SECRET_HASHED = "$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a"
"""bcrypt of "secret"."""


def layouts_in(folder: Path) -> list[Path]:
    return [file.parent for file in sorted(folder.glob("**/oci-layout"))]


async def read_all(registry: Registry, reference: Reference, digest: str) -> dict[str, bytes]:
    """Everything that an image names and its registry has, by digest."""
    content = await registry.manifest(reference.at(digest))
    found = {digest: content.data}
    if content.is_index:
        for child in content.read(Index).manifests:
            found |= await read_all(registry, reference, child.digest)
        return found
    return found | await read_layers(registry, reference, content)


async def read_layers(registry: Registry, reference: Reference, content: Content) -> dict[str, bytes]:
    manifest, found = content.read(Manifest), {}
    for descriptor in (manifest.config, *manifest.layers):
        try:
            found[descriptor.digest] = (await registry.blob(reference, descriptor, limit=2**24)).data
        except NotFoundError:
            continue  # layers of the file system are left out of some layouts
    return found


async def test_every_sample_reads_the_same_from_the_folder_and_from_the_registry(
    docker_registry: DockerRegistry, samples: Path
) -> None:
    async with opened(private_hosts=(docker_registry.host,)) as registry:
        for folder in layouts_in(samples):
            digest = docker_registry.push_layout(folder, f"samples/{folder.name}", "1.0")
            reference = Reference.parse(f"{docker_registry.host}/samples/{folder.name}:1.0")
            assert await registry.resolve(reference) == digest
            assert await registry.tags(reference) == ("1.0",)
            assert await registry.referrers(reference.at(digest)) == ()
            local = parse_layout(f"oci:{folder}")
            assert await read_all(registry, reference, digest) == await read_all(LayoutRegistry(folder), local, digest)


async def test_all_layouts_beside_the_repository_are_read_whole(
    docker_registry: DockerRegistry, shared_data: Path
) -> None:
    folders = layouts_in(shared_data)
    assert folders
    async with opened(private_hosts=(docker_registry.host,)) as registry:
        for folder in folders:
            name = f"shared/{folder.name.lower()}"
            digest = docker_registry.place_layout(folder, name, "1.0")
            reference = Reference.parse(f"{docker_registry.host}/{name}:1.0")
            content = await registry.manifest(reference)
            assert content.digest == digest
            assert await read_all(registry, reference, digest)


async def test_a_fallback_tag_in_a_registry_without_the_api(docker_registry: DockerRegistry, shared_data: Path) -> None:
    """`sig-bundle-gh` has its signature under sha256-<hex>, as clients write it where the API is not there."""
    folder = shared_data / "images" / "sig-bundle-gh"
    digest = docker_registry.place_layout(folder, "demo/signed", "v1")
    reference = Reference.parse(f"{docker_registry.host}/demo/signed:v1")
    async with opened(private_hosts=(docker_registry.host,)) as registry:
        with tally.counting() as counted:
            (entry,) = await registry.referrers(reference.at(digest))
        assert (counted.total, counted.manifest_pulls) == (3, 1)
        assert (await registry.manifest(reference.at(entry.digest))).read(Manifest).subject is not None


async def test_what_is_not_there_is_not_found(docker_registry: DockerRegistry, samples: Path) -> None:
    docker_registry.push_layout(samples / "none_2p_dflt", "demo/app", "1.0")
    absent = "sha256:" + "0" * 64
    async with opened(private_hosts=(docker_registry.host,)) as registry:
        for name in ("demo/app:2.0", f"demo/app@{absent}", "demo/other:1.0"):
            reference = Reference.parse(f"{docker_registry.host}/{name}")
            for ask in (registry.manifest, registry.resolve):
                with pytest.raises(NotFoundError):
                    await ask(reference)


async def test_docker_manifests_are_read_too(docker_registry: DockerRegistry, shared_data: Path) -> None:
    folder = shared_data / "images" / "none_2p_docker"
    digest = docker_registry.place_layout(folder, "demo/docker", "1.0")
    reference = Reference.parse(f"{docker_registry.host}/demo/docker:1.0")
    async with opened(private_hosts=(docker_registry.host,)) as registry:
        content = await registry.manifest(reference)
        assert content.digest == digest
        assert content.media_type == "application/vnd.docker.distribution.manifest.list.v2+json"
        assert all(child.platform for child in content.read(Index).manifests)


async def test_basic_authentication(tmp_path: Path, samples: Path) -> None:
    (tmp_path / "htpasswd").write_text(f"robot:{SECRET_HASHED}\n")
    login = tmp_path / "config.json"
    auth = {"auth": {"htpasswd": {"realm": "basic-realm", "path": str(tmp_path / "htpasswd")}}}
    with running_registry(tmp_path / "registry", more=auth) as real:
        digest = real.place_layout(samples / "min_2p_dflt", "demo/app", "1.0")
        login.write_text(json.dumps({"auths": {real.host: {"username": "robot", "password": "secret"}}}))
        reference = Reference.parse(f"{real.host}/demo/app:1.0")
        async with opened(private_hosts=(real.host,), registry_auth=login) as registry:
            assert await registry.resolve(reference) == digest
        async with opened(private_hosts=(real.host,)) as registry:
            with pytest.raises(DeniedError):
                await registry.resolve(reference)


async def test_a_pull_through_cache_lists_what_it_has_fetched_and_has_more(tmp_path: Path) -> None:
    """Where the list of the registry behind it is not to be had: what is not in the cache's list is not absent."""
    async with FakeRegistry() as behind, AsyncExitStack() as stack:
        image = behind.push_image("demo/app", tag="1")
        tag = f"{fallback_tag(image)}.att"
        attested = behind.push_image("demo/app", layer=b"statement", tag=tag)
        behind.fault("/tags/list", Status(403))
        running = running_registry(tmp_path / "cache", more={"proxy": {"remoteurl": behind.url}})
        cache = await asyncio.to_thread(running.__enter__)  # it asks the one behind it when it starts
        stack.callback(running.__exit__, None, None, None)
        registry = await stack.enter_async_context(opened(private_hosts=(cache.host,)))
        reference = Reference.parse(f"{cache.host}/demo/app:1")
        assert (await registry.manifest(reference)).digest == image
        assert await registry.tags(reference) == ("1",)
        with tally.counting(searching=image):
            assert await registry.resolve(reference.tagged(tag)) == attested
