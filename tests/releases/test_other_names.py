import time

import pytest

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import ReleaseName, place
from bot.releases.other_names import may_be_short_for_one, may_be_told_elsewhere, may_tell


def named(tag: str, repository: str = "acme/app") -> ReleaseName:
    found = place(Reference("quay.io", repository, tag), default_policy())
    assert found is not None
    return found.release


@pytest.mark.parametrize(
    ("told", "other"),
    [
        ("1.2.3", "latest"),
        ("1.2.3", "1"),
        ("1.2.3", "1.2"),
        ("1.2.3", "v1.2"),
        ("1.2.3", "1.2.x"),
        ("1.2.3-1", "1.2.3"),
        ("1.2.3-1", "1.2"),
        ("7.4.1-debian-12-r2", "7.4.1"),
        ("4.24.0-20260830", "4.24.0"),
        ("21.0.3_9", "21.0.3"),
        ("1.2.3", "sha-1234567"),
        ("1.2.3-rc.1", "1.2"),
        ("main", "sha-abc1234"),
        ("main", "main-abc1234"),
        ("main", "main-1234567"),
        ("main", "abc1234"),
        ("nightly", "nightly-20261130"),
        ("nightly", "2026-11-30"),
        ("nightly", "20261130-abc1234"),
        ("nightly", "nightly-20261130.1"),
        ("20261130", "sha-abc1234"),
        ("2026-11-30", "20261130-abc1234"),
        ("20261130", "nightly-20261130"),
        ("sha-abc1234", "main-abc1234"),
        ("abc1234", "sha-abc1234def"),
    ],
)
def test_one_build_is_told_once(told: str, other: str) -> None:
    assert may_tell(named(told), named(other))
    assert not may_tell(named(other), named(told))
    assert may_be_told_elsewhere(named(other))


@pytest.mark.parametrize(
    ("told", "other"),
    [
        ("1.2.3", "1.2.3"),
        ("1.2.3", "1.3"),
        ("1.20.3", "1.2"),
        ("1.2.3.4", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3"),
        ("1.2.3-fix-1", "1.2.3"),
        ("1.2.3-abc1234", "1.2.3"),
        ("1.2.30-1", "1.2.3"),
        ("1.2", "1.2.3"),
        ("main", "latest"),
        ("main", "pr-12"),
        ("main", "feature"),
        ("main", "defaced"),
        ("main", "1.2"),
        ("sha-1234567", "sha-abc1234"),
        ("sha-1234567", "nightly-20261130"),
        ("20261130", "20261201"),
        ("20261130", "nightly-20261201"),
        ("abc1234", "sha-def5678"),
    ],
)
def test_each_of_these_has_a_thread_of_its_own(told: str, other: str) -> None:
    assert not may_tell(named(told), named(other))


def test_another_group_tells_nothing() -> None:
    assert not may_tell(named("1.2.3"), named("latest", "acme/web"))


@pytest.mark.parametrize("tag", ["1.2.3-1", "1.2-rc.1", "2026.11.1-fix-1"])
def test_a_whole_version_is_told_as_itself(tag: str) -> None:
    assert not may_be_told_elsewhere(named(tag))


@pytest.mark.parametrize(
    ("tag", "versions", "said"),
    [
        *(("latest", (), True), ("1.2", ("1.1", "1.2"), False), ("1.2", ("1.1.0",), True)),
        *(("1.2.3", ("1.2.2", "1.2.3"), False), ("1.2.3", ("1.2.2-1",), True), ("1.2.3", ("1.2.2-rc.1",), False)),
    ],
)
def test_a_version_waits_for_its_builds_where_there_are_builds(
    tag: str, versions: tuple[str, ...], *, said: bool
) -> None:
    assert may_be_short_for_one(named(tag), versions) is said


def test_a_tag_of_many_digits_takes_no_time() -> None:
    """Whoever may push a tag chooses it: with a pattern that tries all ways to part digits, that takes years."""
    main, long = named("main"), named("nightly-20261130" + "1" * 26 + "x")
    before = time.process_time()
    assert not may_tell(main, long)
    assert time.process_time() - before < 1
