from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.releases.versions import family_of, is_of_one_build, is_prerelease, is_rolling, order, take_apart

TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,40}", fullmatch=True)
REAL = st.sampled_from(
    ["1.2", "1.2.0", "v1.2", "1.10.1-fix-1", "1.16.0-rc1", "1.0.0-rc.1", "1.0.0", "2026.11.3", "nightly", "sha-abcdef"]
)


@pytest.mark.parametrize(
    ("tag", "version", "family"),
    [
        ("v1.2", "1.2", ""),
        ("1.10.1-fix-1", "1.10.1-fix-1", ""),
        ("1.16.0-native", "1.16.0", "-native"),
        ("1.16.0-rc1-native", "1.16.0-rc1", "-native"),
        ("1.16.0-native-rc1", "1.16.0-rc1", "-native"),
        ("1.16.0-native-arm64", "1.16.0", "-native-arm64"),
        ("1.0.1-distroless", "1.0.1", "-distroless"),
        ("2026.11.3", "2026.11.3", ""),
        ("1.0.0-rc.1", "1.0.0-rc.1", ""),
        ("1.0a1", "1.0a1", ""),
        ("5.0.0.Final", "5.0.0.Final", ""),
        ("3.12.4-slim-bookworm", "3.12.4", "-slim-bookworm"),
        ("1.27.1-alpine3.19", "1.27.1", "-alpine"),
        ("1.27.1-alpine-3.20", "1.27.1", "-alpine"),
        ("21.0.2-jdk-17", "21.0.2", "-jdk-17"),
        ("1.2.3-1", "1.2.3-1", ""),
        ("1.2.3-20240101", "1.2.3-20240101", ""),
        ("1.2.3-g1a2b3c4", "1.2.3-g1a2b3c4", ""),
        ("2.426.1-lts", "2.426.1", "-lts"),
        ("release-1.2.3", "1.2.3", ""),
        ("server-v1.2.3", "1.2.3", "server-"),
        ("jdk17-1.2.3", "1.2.3", "jdk17-"),
        ("1.2.3-next.1", "1.2.3-next.1", ""),
        ("1.2.3-canary.20261130", "1.2.3-canary.20261130", ""),
        ("1.2.3-pr-12", "1.2.3-pr-12", ""),
        ("1.2.3-pr.12-native", "1.2.3-pr.12", "-native"),
        ("1.2.3-SNAPSHOT-20261130", "1.2.3-SNAPSHOT-20261130", ""),
        ("1.2.3-main.7", "1.2.3-main.7", ""),
        ("1.2.3-develop.7-native", "1.2.3-develop.7", "-native"),
        ("0.0.0-main.abc1234", "0.0.0-main.abc1234", ""),
        ("0.0.0-develop", "", "-develop"),
        ("1.2.3-mainframe", "1.2.3", "-mainframe"),
        ("1.2.3-SNAPSHOT", "", ""),
        ("1.2.3-SNAPSHOT-native", "", "-native"),
        ("1.2.3-snapshots", "1.2.3", "-snapshots"),
        ("1.2.x", "", ""),
        ("v2.8-head", "", "-head"),
        ("8.0-latest", "", "-latest"),
        ("nightly", "", ""),
        ("nightly-native", "", "-native"),
        ("latest", "", ""),
        ("latest-alpine3.19", "", "-alpine"),
        ("alpine3.19", "", ""),
        ("1-alpine3.19", "", "-alpine"),
        ("1", "", ""),
        ("v1", "", ""),
        ("sha-abcdef", "", "-abcdef"),
        ("main", "", ""),
    ],
)
def test_a_tag_says_its_version_and_its_family(tag: str, version: str, family: str) -> None:
    parts = take_apart(tag)
    assert (parts.version, parts.family) == (version, family)
    assert is_rolling(tag) is (not version)


@pytest.mark.parametrize(
    "versions",
    [
        ["1.9", "1.10", "1.10.1", "1.10.1-fix-1", "1.10.1-fix-2", "1.11.0-rc1", "1.11.0-rc2", "1.11.0-rc10", "1.11.0"],
        ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"],
        ["1.0.dev1", "1.0a1", "1.0a2", "1.0b1", "1.0rc1", "1.0", "1.0.post1"],
        ["5.0.0.Alpha1", "5.0.0.Beta1", "5.0.0.CR1", "5.0.0.Final", "5.0.1.Final"],
        ["2025.12.1", "2026.2.1", "2026.11.3", "2026.11.3-1"],
        ["1.2.3", "1.2.4-pr-9", "1.2.4-pr-12", "1.2.4-next.1", "1.2.4-next.2", "1.2.4-rc.1", "1.2.4"],
        ["1.2.2", "1.2.3-main.abc1234", "1.2.3-main.9", "1.2.3-main.10", "1.2.3-alpha", "1.2.3-rc.1", "1.2.3"],
        ["1.2.3", "1.2.3-1-gabc1234", "1.2.3-2-g1bc1234", "1.2.4"],
        ["1.2.3", "1.2.3-1234abc", "1.2.3-abc1234", "1.2.3-gabc1234", "1.2.4"],
        ["main", "nightly", "pr-9", "pr-10", "0.1", "1.0-weird", "1.0"],
    ],
)
def test_versions_are_in_the_order_in_which_they_are_released(versions: list[str]) -> None:
    for start in range(len(versions)):
        turned = versions[start:] + versions[:start]
        assert sorted(turned, key=order) == versions


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        *(("sha-1234567", True), ("main-abc1234", True), ("nightly-20261130", True), ("nightly-2026-11-30", True)),
        *(("v20261130", True), ("edge-20261130T101500Z", True)),
        *(("main", False), ("nightly", False), ("latest", False), ("edge-defaced", False), ("v1234567-x", False)),
    ],
)
def test_a_rolling_tag_that_names_a_commit_or_a_day_is_one_build(tag: str, *, said: bool) -> None:
    assert is_of_one_build(tag) is said


@pytest.mark.parametrize(
    ("one", "two"), [("1.2", "1.2.0"), ("v1.2", "1.2"), ("1.0a1", "1.0-alpha1"), ("1.0-GA", "1.0")]
)
def test_two_spellings_of_one_version_differ_in_their_text_alone(one: str, two: str) -> None:
    assert order(one)[:3] == order(two)[:3]


@given(TAGS | REAL, TAGS | REAL, TAGS | REAL)
def test_the_order_is_total(one: str, two: str, three: str) -> None:
    assert (order(one) == order(two)) is (one == two)
    assert (order(one) < order(two)) + (order(two) < order(one)) + (one == two) == 1
    assert all(before <= after for before, after in pairwise(sorted([order(one), order(two), order(three)])))


@given(st.text(max_size=300))
def test_any_text_has_a_place_in_the_order(text: str) -> None:
    assert order(text) == order(text)
    assert not (order(text) < order(text))


@given(TAGS)
def test_a_tag_without_a_version_moves_and_one_with_a_version_does_not(tag: str) -> None:
    parts = take_apart(tag)
    assert is_rolling(tag) is (not parts.version)
    assert len(parts.version) <= len(tag)
    assert not parts.family or "-" in parts.family


@given(st.from_regex(r"(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){1,3}", fullmatch=True))
def test_a_release_comes_after_its_candidates_and_before_its_fixes(version: str) -> None:
    assert order(f"{version}-rc1") < order(version) < order(f"{version}-fix-1") < order(f"{version}.1")
    assert is_prerelease(f"{version}-rc1")
    assert not is_prerelease(version)
    assert not is_prerelease(f"{version}-fix-1")
    assert take_apart(f"{version}-rc1-native").version == f"{version}-rc1"


def test_the_family_of_what_follows_a_version() -> None:
    assert (family_of("-native"), family_of(""), family_of("-rc1")) == ("-native", "", "")


def test_a_number_of_any_length_takes_no_time() -> None:
    assert order("1." + "9" * 100_000)[0]
