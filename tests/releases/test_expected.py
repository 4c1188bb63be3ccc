from pathlib import Path

import pytest

from bot.oci.reference import Reference
from bot.policy import Policies, default_policies
from bot.policy.file import FilePolicies, read_policy
from bot.releases import Member, Placement, Release, place
from bot.releases.arriving import Arrival, joined
from bot.releases.baseline import baseline_tag, earlier_versions
from bot.releases.expected import expected_members

POLICY = r"""
images:
  - match: "{quay.io,docker.io}/acme/app:*-{amd64,arm64}"
    group: acme
    ignore: '.'
  - match: "{quay.io,docker.io}/acme/app:*-native"
    group: acme
    sisters: [quay.io, docker.io]
  - match: ["quay.io/acme/{app,web}", "quay.io/acme/tools/*"]
    group: acme
    sisters: [quay.io, docker.io]
  - match: quay.io/acme/other
"""


def policies(folder: Path, text: str = POLICY) -> FilePolicies:
    file = folder / "policy.yaml"
    file.write_text(text)
    return read_policy(file)


def placed(image: str, known: FilePolicies) -> Placement:
    reference = Reference.parse(image)
    found = place(reference, known.for_image(reference))
    assert found is not None
    return found


def names(arrived: str, known: FilePolicies, before: tuple[Member, ...] = (), version: str = "") -> dict[str, str]:
    found = expected_members(placed(arrived, known), known, before, version)
    return {str(one.placement.image): one.by.value for one in found}


def test_the_policy_names_the_members_and_its_sisters_name_their_copies(tmp_path: Path) -> None:
    assert names("quay.io/acme/app:1.0", policies(tmp_path)) == {
        "quay.io/acme/app:1.0-native": "policy",
        "docker.io/acme/app:1.0-native": "policy",
        "quay.io/acme/web:1.0": "policy",
    }


def test_a_sister_that_no_entry_puts_into_the_group_is_another_release(tmp_path: Path) -> None:
    known = policies(tmp_path, "images:\n  - match: quay.io/acme/app\n    sisters: [quay.io, ghcr.io]\n")
    assert names("quay.io/acme/app:1.0", known) == {"ghcr.io/acme/app:1.0": "sisters"}


def test_a_v_before_the_version_stays(tmp_path: Path) -> None:
    assert "quay.io/acme/web:v1.0" in names("quay.io/acme/app:v1.0", policies(tmp_path))


def test_members_of_a_rolling_tag_have_that_tag(tmp_path: Path) -> None:
    assert names("quay.io/acme/app:nightly", policies(tmp_path)) == {"quay.io/acme/web:nightly": "policy"}
    assert set(names("quay.io/acme/app:nightly-native", policies(tmp_path))) == {"docker.io/acme/app:nightly-native"}


def test_what_the_release_before_had_is_expected_again(tmp_path: Path) -> None:
    earlier = Member(Reference.parse("quay.io/acme/tools/cli:0.9"), digest="sha256:" + "a" * 64)
    never_seen = Member(Reference.parse("quay.io/acme/tools/gone:0.9"))
    found = names("quay.io/acme/app:1.0", policies(tmp_path), (earlier, never_seen), "0.9")
    assert found["quay.io/acme/tools/cli:1.0"] == "before"
    assert "quay.io/acme/tools/gone:1.0" not in found


def had(*images: str) -> tuple[Member, ...]:
    known, digest = default_policies(), "sha256:" + "a" * 64
    found = [place(image, known.for_image(image)) for image in map(Reference.parse, images)]
    return tuple(Member(one.image, one.family, digest=digest) for one in found if one)


def awaited(release: Release) -> set[str]:
    return {str(one.image) for one in release.members if not one.is_there}


def after(*pushed: str, before: tuple[Member, ...] = (), version: str = "", known: Policies | None = None) -> Release:
    """The release after these pushes, one after the other, with the built-in policy if no other one is given."""
    release, known = None, known or default_policies()
    for at, image in enumerate(map(Reference.parse, pushed)):
        own = place(image, known.for_image(image))
        assert own is not None
        release = joined(release, Arrival(own, 1.0 + at, expected=expected_members(own, known, before, version)))
    assert release is not None
    return release


@pytest.mark.parametrize(
    ("earlier", "version", "now"),
    [
        ("v1.0", "1.0", "1.1"),
        ("1.0", "1.0", "v1.1"),
        ("1.0-alpine3.19", "1.0", "1.1-alpine3.20"),
    ],
)
def test_another_spelling_of_the_tag_is_the_same_image(earlier: str, version: str, now: str) -> None:
    """Seen: "1 of 2 images not seen in time", three hours after a release that has all."""
    before = had(f"quay.io/acme/app:{earlier}", f"acme/app:{earlier}")
    assert awaited(after(f"quay.io/acme/app:{now}", before=before, version=version)) == {f"docker.io/acme/app:{now}"}
    assert not awaited(after(f"quay.io/acme/app:{now}", f"acme/app:{now}", before=before, version=version))
    assert not awaited(after(f"acme/app:{now}", f"quay.io/acme/app:{now}", before=before, version=version))


@pytest.mark.parametrize("order", [("alpine", "alpine3.21"), ("alpine3.21", "alpine")])
def test_a_newer_base_image_stands_for_the_older_one_beside_a_tag_without_its_number(order: tuple[str, ...]) -> None:
    """Seen: with 1.28.0-alpine3.21 beside 1.28.0-alpine, 1.28.0-alpine3.20 "was not seen"."""
    before = had("quay.io/acme/app:1.27.2-alpine", "quay.io/acme/app:1.27.2-alpine3.20")
    pushed = [f"quay.io/acme/app:1.28.0-{suffix}" for suffix in order]
    assert not awaited(after(*pushed, before=before, version="1.27.2"))
    assert awaited(after("quay.io/acme/app:1.28.0-alpine3.21", before=before, version="1.27.2")) == {
        "quay.io/acme/app:1.28.0-alpine"
    }
    assert awaited(after("quay.io/acme/app:1.28.0-alpine", before=before, version="1.27.2")) == {
        "quay.io/acme/app:1.28.0-alpine3.20"
    }


def test_two_base_images_of_the_release_before_are_both_awaited() -> None:
    before = had("quay.io/acme/app:1.0-alpine3.19", "quay.io/acme/app:1.0-alpine3.20")
    assert awaited(after("quay.io/acme/app:1.1-alpine3.20", before=before, version="1.0")) == {
        "quay.io/acme/app:1.1-alpine3.19"
    }


def test_what_the_policy_names_is_awaited_in_one_spelling(tmp_path: Path) -> None:
    """Seen: one image of ten came without the `v`, and the other nine were missing without it three hours later."""
    text = "images:\n  - match: [quay.io/acme/app, quay.io/acme/web, ghcr.io/acme/cli, ghcr.io/acme/job]\n"
    known = policies(tmp_path, f"{text}    group: acme\n")
    pushed = ("quay.io/acme/app:v1.0", "quay.io/acme/web:v1.0", "ghcr.io/acme/cli:1.0")
    assert awaited(after(*pushed, known=known)) == {"ghcr.io/acme/job:v1.0"}
    assert not awaited(after(*pushed, "ghcr.io/acme/job:1.0", known=known))


def test_two_base_images_that_the_policy_names_are_both_awaited(tmp_path: Path) -> None:
    text = 'images:\n  - match: ["quay.io/acme/app:*-alpine3.19", "quay.io/acme/app:*-alpine3.20", quay.io/acme/web]\n'
    known = policies(tmp_path, f"{text}    group: acme\n")
    both = {f"quay.io/acme/app:1.0-alpine{base}" for base in ("3.19", "3.20")}
    assert awaited(after("quay.io/acme/web:1.0", known=known)) == both
    assert awaited(after(min(both), known=known)) == {max(both), "quay.io/acme/web:1.0"}
    assert not awaited(after(*sorted(both), "quay.io/acme/web:1.0", known=known))


def test_with_both_spellings_before_both_are_expected() -> None:
    before = had("quay.io/acme/app:v1.0", "quay.io/acme/app:1.0")
    assert awaited(after("quay.io/acme/app:1.1", before=before, version="1.0")) == {"quay.io/acme/app:v1.1"}


def test_a_name_in_front_of_a_version_has_versions_of_its_own() -> None:
    """Seen: a chart that is released on its own was awaited in each release of the program."""
    before = had("quay.io/acme/app:1.0", "quay.io/acme/app:chart-1.0", "quay.io/acme/app:1.0-native")
    assert awaited(after("quay.io/acme/app:1.1", before=before, version="1.0")) == {"quay.io/acme/app:1.1-native"}


def test_where_the_old_version_stands_twice_in_a_tag_the_right_one_is_replaced(tmp_path: Path) -> None:
    text = r"""
images:
  - match: quay.io/acme/*
    group: acme
    releases: '^build-1-(?P<version>\d+)$'
"""
    before = Member(Reference.parse("quay.io/acme/cli:build-1-1"), digest="sha256:" + "a" * 64)
    found = names("quay.io/acme/app:build-1-2", policies(tmp_path, text), (before,), "1")
    assert found == {"quay.io/acme/cli:build-1-2": "before"}


def test_without_a_policy_nothing_is_expected_but_what_was_there_before() -> None:
    known = default_policies()
    image = Reference.parse("quay.io/acme/app:1.1")
    arrived = place(image, known.for_image(image))
    assert arrived is not None
    assert expected_members(arrived, known) == ()
    hub = Member(Reference.parse("acme/app:1.0"), digest="sha256:" + "a" * 64)
    (found,) = expected_members(arrived, known, (hub,), "1.0")
    assert str(found.placement.image) == "docker.io/acme/app:1.1"


def test_earlier_versions_are_sorted_newest_first() -> None:
    versions = ["1.10", "1.9", "1.11", "1.10-rc1", "1.10.1", "v1.10.0"]
    assert earlier_versions("1.10.1", versions) == ("v1.10.0", "1.10", "1.9", "1.10-rc1")
    assert earlier_versions("1.10", versions) == ("1.9", "1.10-rc1")
    assert earlier_versions("1.10-rc2", versions) == ("1.10-rc1", "1.9")
    assert earlier_versions("1.10", ["1.10-rc1", "1.10-rc2"]) == ("1.10-rc2", "1.10-rc1"), "nothing else is there"


def test_the_baseline_is_the_newest_earlier_tag_of_the_same_family() -> None:
    tags = ["1.15.0", "1.16.0-rc1", "1.15.0-native", "latest", "1.17.0", "sha-abcdef1", "1.16.0"]
    policy = default_policies().for_image(Reference.parse("quay.io/acme/app:1"))

    def baseline(tag: str) -> str:
        own = place(Reference.parse(f"quay.io/acme/app:{tag}"), policy)
        assert own is not None
        return baseline_tag(own, tags, policy)

    assert [baseline(tag) for tag in ("1.16.0", "1.16.0-rc2", "1.16.0-rc1", "1.16.0-native", "1.0")] == [
        "1.15.0",
        "1.16.0-rc1",
        "1.15.0",
        "1.15.0-native",
        "",
    ]
