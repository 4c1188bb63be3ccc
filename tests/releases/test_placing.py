import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.oci.reference import Reference
from bot.policy import Policy
from bot.releases import Placement, ReleaseName, place
from bot.rules.capture import require_releases, version_in

NOTHING = Policy(name="default", require=frozenset())
MICROCKS = r"^(?P<version>\d+\.\d+\.\d+(-rc\d+|-fix-\d+)?)(-native|-distroless)?$"


def placed(image: str, **keys: str) -> Placement:
    found = place(Reference.parse(image), Policy(name="x", require=frozenset(), **keys))  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("image", "release", "family"),
    [
        ("quay.io/acme/app:1.16.0", "acme/app 1.16.0", ""),
        ("acme/app:1.16.0", "acme/app 1.16.0", ""),
        ("quay.io/acme/app:v1.16.0-native", "acme/app 1.16.0", "-native"),
        ("quay.io/acme/app:nightly", "acme/app nightly (rolling)", ""),
        ("quay.io/acme/app:nightly-native", "acme/app nightly-native (rolling)", "-native"),
        ("alpine", "library/alpine latest (rolling)", ""),
    ],
)
def test_without_a_policy_a_release_is_a_repository_in_all_registries_and_a_version(
    image: str, release: str, family: str
) -> None:
    found = placed(image)
    assert (str(found.release), found.family, str(found.image)) == (release, family, str(Reference.parse(image)))


def test_what_has_no_tag_belongs_to_no_release() -> None:
    digest = "sha256:" + "a" * 64
    assert place(Reference.parse(f"quay.io/acme/app@{digest}"), NOTHING) is None
    assert place(Reference("oci:/tmp/x", "", "1.0"), NOTHING) is None
    assert place(Reference.parse(f"quay.io/acme/app:{digest.replace(':', '-')}.sig"), NOTHING) is None


def test_a_digest_beside_the_tag_changes_nothing() -> None:
    image = Reference.parse("quay.io/acme/app:1.0@sha256:" + "a" * 64)
    assert place(image, NOTHING) == placed("quay.io/acme/app:1.0")


def test_the_policy_says_which_repositories_are_released_together() -> None:
    one, two = (placed(f"quay.io/acme/{name}:1.0", group="Acme") for name in ("app", "web"))
    assert one.release == two.release == ReleaseName("Acme", "1.0")


@pytest.mark.parametrize(
    ("tag", "version", "family"),
    [
        ("1.16.0", "1.16.0", ""),
        ("1.16.0-rc1-native", "1.16.0-rc1", "-native"),
        ("1.10.1-fix-1-distroless", "1.10.1-fix-1", "-distroless"),
    ],
)
def test_the_group_version_is_the_version_and_the_rest_is_the_family(tag: str, version: str, family: str) -> None:
    found = placed(f"quay.io/acme/app:{tag}", releases=MICROCKS)
    assert (found.release.version, found.family) == (version, family)


def test_what_the_policy_calls_rolling_or_a_release_is_that() -> None:
    assert placed("quay.io/acme/app:1.16", rolling=r"^\d+\.\d+$", releases=r"^\d+\.").release.is_rolling
    stable = placed("quay.io/acme/app:stable", releases="^stable$")
    assert stable.release == ReleaseName("acme/app", "stable")


def test_a_version_that_only_the_pattern_knows() -> None:
    found = placed("quay.io/acme/app:build-77-web", releases=r"^build-(?P<version>\d+)(-web)?$")
    assert (found.release.version, found.family) == ("77", "build--web")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"^((?P<version>\d+))$", "inside another group"),
        (r"^(?P<version>\d+)|latest$", "alternatives"),
        (r"^(?P<version>\d+)?$", "exactly once"),
        (r"^(?P<version>\d+)-(?P<version>\d+)$", "duplicate|twice"),
        (r"^(?P<number>\d+)$", "only group that may have a name"),
        (r"^(\d+$", "not a pattern"),
    ],
)
def test_a_pattern_whose_version_cannot_be_told_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        require_releases(pattern)


@pytest.mark.parametrize(
    ("pattern", "tag", "version"),
    [
        (r"(?P<version>\d+\.\d+)", "x-1.2-y", "1.2"),
        (r"^v(?<version>[0-9.]+)$", "v1.2", "1.2"),
        (r"^[(|](?P<version>\d+)[)]$", "(1)", "1"),
        (r"^\((?P<version>a|b)\)$", "(b)", "b"),
        (r"^(?P<version>\d+)$", "x", None),
        (r"^\d+$", "1", None),
        (r"^(?P<version>(a+)+)b$", "a" * 127 + "c", None),
    ],
)
def test_the_version_in_a_tag(pattern: str, tag: str, version: str | None) -> None:
    require_releases(pattern)
    found = version_in(pattern, tag)
    assert (found and found.version) == version
    assert found is None or found.before + found.version + found.after == tag


@given(
    group=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/\-]{0,60}", fullmatch=True),
    version=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._\-]{0,60}", fullmatch=True),
    rolling=st.booleans(),
)
def test_the_name_of_a_release_can_be_read_back(group: str, version: str, rolling: bool) -> None:  # noqa: FBT001
    name = ReleaseName(group, version, is_rolling=rolling)
    assert ReleaseName.parse(str(name)) == name


@pytest.mark.parametrize(
    "text", ["", "acme/app", "acme/app ", " 1.0", "a b c", "acme:app 1.0", "quay.io/a/b:1.0", "\n 1"]
)
def test_what_is_not_the_name_of_a_release(text: str) -> None:
    with pytest.raises(MalformedError):
        ReleaseName.parse(text)
