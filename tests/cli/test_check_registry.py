"""`provenance check` asked about repositories: their newest versions, a tag that nobody named, what got worse."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fake_registry import FakeRegistry, Referrers
from tests.forks import NOTHING_SET, forked

HISTORY = {"1.0.0": "max-sbom_2p_dflt", "1.1.0": "min_2p_dflt", "1.2.0": "min_2p_dflt", "1.2.0-native": "none_2p_dflt"}


@pytest.fixture
async def registry(samples: Path) -> AsyncIterator[FakeRegistry]:
    async with FakeRegistry(referrers=Referrers.NONE, fallback_tags=False) as fake:
        for tag, name in HISTORY.items():
            fake.add_layout(samples / name, "acme/app", tag=tag)
            fake.repository("acme/app").tags.pop(name, None)
        yield fake


async def check(*words: str) -> tuple[int, str, str]:
    there = {**NOTHING_SET, "PROVENANCE_GITHUB_API": ""}
    code, out, err = await asyncio.to_thread(forked, ("check", *words), there)
    assert "Traceback" not in err, err
    return code, out, err


async def test_the_newest_version_of_each_family(registry: FakeRegistry) -> None:
    code, out, _ = await check("-q", "--last", "1", f"{registry.host}/acme/app")
    assert code == 1
    assert out.split()[1::2] == [f"{registry.host}/acme/app:{tag}" for tag in ("1.2.0", "1.2.0-native")]


async def test_all_tags(registry: FakeRegistry) -> None:
    _, out, _ = await check("-q", "--all-tags", f"{registry.host}/acme/app")
    assert {line.rpartition(":")[2] for line in out.splitlines()} == set(HISTORY)


async def test_what_two_tags_have_in_common_is_fetched_once(registry: FakeRegistry) -> None:
    await check("-q", *(f"{registry.host}/acme/app:{tag}" for tag in ("1.1.0", "1.2.0")))  # one content
    asked = [one.path for one in registry.requests if one.method == "GET" and "sha256:" in one.path]
    assert sorted(asked) == sorted(set(asked))


async def test_latest_was_assumed_and_which_tags_there_are_is_said(registry: FakeRegistry) -> None:
    code, out, _ = await check(f"{registry.host}/acme/app")
    said = " ".join(out.split())
    assert code == 3
    assert "No tag was named, so latest was checked." in said
    assert "acme/app: 1.2.0, " in said


async def test_a_repository_that_cannot_be_listed_could_not_be_checked(registry: FakeRegistry) -> None:
    code, out, _ = await check("--all-tags", f"{registry.host}/acme/nope")
    assert code == 3
    assert out.startswith("COULD NOT BE CHECKED")


async def test_only_what_got_worse_since_the_version_before_fails(registry: FakeRegistry) -> None:
    name = f"{registry.host}/acme/app"
    assert (await check("-q", f"{name}:1.1.0", "--since-baseline"))[0] == 1  # 1.0.0 had more
    code, out, _ = await check(f"{name}:1.2.0", "--since-baseline")  # 1.1.0 lacked the same
    assert code == 0
    assert out.startswith("WARN")
    assert f"compared with {name}:1.1.0" in " ".join(out.split())
    code, out, _ = await check(f"{name}:1.0.0", "--since-baseline")
    assert "no earlier version of its family" in " ".join(out.split())


@pytest.mark.parametrize(
    ("image", "baseline", "said"),
    [
        ("1.1.0", "1.2.0", "is newer than the image"),
        ("1.2.0", "1.2.0-native", "is of another family of tags"),
    ],
)
async def test_a_baseline_that_is_newer_or_of_another_line_is_told(
    registry: FakeRegistry, image: str, baseline: str, said: str
) -> None:
    name = f"{registry.host}/acme/app"
    _, out, _ = await check(f"{name}:{image}", "--baseline", f"{name}:{baseline}")
    assert said in " ".join(out.split())
