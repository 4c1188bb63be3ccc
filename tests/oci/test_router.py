"""Mirrors and layouts behind one port: who answers for which name."""

import shutil
from pathlib import Path

import pytest

from bot.errors import ForbiddenAddressError, NotFoundError, SettingsError
from bot.oci.asked import parse_asked
from bot.oci.manifest import Index, Manifest
from bot.oci.mirrors import Mirrors
from bot.oci.reference import Reference
from tests.fake_registry import FakeRegistry
from tests.oci.opened import opened

DIGEST = "sha256:" + "0123456789abcdef" * 4
TABLE = {
    "docker.io": "mirror.corp:5000/hub",
    "docker.io/library": "mirror.corp:5000",
    "quay.io/team": "oci:/srv/team",
    "quay.io/team/app": "mirror.corp/apps/app",
    "index.docker.io/special": "other.corp",
}


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("nginx:1", "mirror.corp:5000/nginx:1"),
        ("bitnami/nginx:1", "mirror.corp:5000/hub/bitnami/nginx:1"),
        ("special/app:1", "other.corp/app:1"),
        ("quay.io/team/app:1", "mirror.corp/apps/app:1"),
        (f"quay.io/team/app:1@{DIGEST}", f"mirror.corp/apps/app:1@{DIGEST}"),
        ("quay.io/team/app/sub:1", "mirror.corp/apps/app/sub:1"),
    ],
)
def test_the_longest_entry_decides(asked: str, there: str) -> None:
    assert str(Mirrors(TABLE).find(Reference.parse(asked))) == there


def test_an_entry_may_be_a_layout() -> None:
    assert Mirrors(TABLE).find(Reference.parse("quay.io/team/other:1")) == Path("/srv/team")


@pytest.mark.parametrize("asked", ["quay.io/teams/app:1", "quay.io/tea:1", "ghcr.io/team/app:1", "quay.io/x/team:1"])
def test_only_whole_parts_of_a_name_count(asked: str) -> None:
    assert Mirrors(TABLE).find(Reference.parse(asked)) is None


@pytest.mark.parametrize(
    "table",
    [
        {"": "a.b"},
        {"a.b": ""},
        {"a.b/": "c.d"},
        {"a.b": "https://c.d"},
        {"a.b": "c.d/UPPER"},
        {"a.b": "oci:"},
        {"docker.io": "a.b", "index.docker.io": "c.d"},  # one registry: which of the two counted was chance
    ],
)
async def test_a_table_that_does_not_hold_is_told_at_the_start(table: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="PROVENANCE_MIRRORS"):
        async with opened(mirrors=table):
            raise AssertionError


async def test_a_mirror_is_asked_in_place_of_the_registry(samples: Path) -> None:
    async with FakeRegistry() as fake:
        digest = fake.add_layout(samples / "min_2p_dflt", "hub/library/app", tag="1")
        async with opened(fake, mirrors={"docker.io": f"{fake.host}/hub"}) as registry:
            reference = Reference.parse("app:1")
            content = await registry.manifest(reference)
            assert content.digest == digest == await registry.resolve(reference)
            child = content.read(Index).manifests[0]
            manifest = (await registry.manifest(reference.at(child.digest))).read(Manifest)
            assert (await registry.blob(reference, manifest.config, limit=10_000)).data
            assert "1" in await registry.tags(reference)
            assert await registry.referrers(reference.at(digest)) == ()


async def test_a_mirror_may_be_a_folder(samples: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(samples / "min_2p_dflt", tmp_path / "mirror")
    async with opened(mirrors={"quay.io/team": f"oci:{folder}"}) as registry:
        content = await registry.manifest(Reference.parse("quay.io/team/app:min_2p_dflt"))
        assert content.is_index
        with pytest.raises(NotFoundError):
            await registry.manifest(Reference.parse("quay.io/team/app:other"))


async def test_what_a_mirror_lacks_is_told_under_the_name_that_was_asked(samples: Path) -> None:
    async with FakeRegistry() as fake:
        table = {"docker.io": f"{fake.host}/hub", "quay.io/team": f"oci:{samples / 'min_2p_dflt'}"}
        async with opened(fake, mirrors=table) as registry:
            for asked, mirror in (
                ("app:1", f"{fake.host}/hub/library/app"),
                ("quay.io/team/x:1", table["quay.io/team"]),
            ):
                reference = Reference.parse(asked)
                for ask in (registry.manifest, registry.resolve):
                    with pytest.raises(NotFoundError) as caught:
                        await ask(reference)
                    assert str(caught.value).startswith(f"{reference.name}, read from its mirror {mirror}: ")
            with pytest.raises(NotFoundError, match=r"docker\.io/library/app, read from its mirror"):
                await registry.tags(Reference.parse("app:1"))


async def test_folders_are_named_only_where_that_is_allowed(samples: Path) -> None:
    reference = parse_asked(f"oci:{samples / 'min_2p_dflt'}", layouts=True)
    async with opened(local=True, allow_layouts=True) as registry:
        assert (await registry.manifest(reference)).is_index
        assert await registry.tags(reference) == ("min_2p_dflt",)
    async with opened() as registry:
        for ask in (registry.manifest, registry.resolve, registry.tags, registry.referrers):
            with pytest.raises(ForbiddenAddressError, match="terminal"):
                await ask(reference)
