"""How the Git tag of a version may be called."""

import pytest

from bot.policy.entry import PolicyEntry
from bot.releases.git_tag import git_tags, may_name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ("v1.2.3", "1.2.3")),
        ("v?{version}", ("v1.2.3", "1.2.3")),
        ("v{version}", ("v1.2.3",)),
        ("app/v?{version}", ("app/v1.2.3", "app/1.2.3")),
        (r"app\-{version}", ("app-1.2.3",)),
        (r"release\.{version}", ("release.1.2.3",)),
        ("(app|server)-{version}", ("app-1.2.3", "server-1.2.3")),
        ("(?:release-)?{version}(.Final)?", ("release-1.2.3.Final", "release-1.2.3", "1.2.3.Final", "1.2.3")),
        ("[a-z]+-{version}", ()),
        (".*{version}", ()),
        ("a?b?c?d?{version}", ()),
        ("(a|b|c|d)(a|b|c)?{version}", ()),
        (r"\w{version}", ()),
        ("((a|b)c)?{version}", ()),
        ("a{version}", ("a1.2.3",)),
    ],
)
def test_names(written: str, names: tuple[str, ...]) -> None:
    pattern = PolicyEntry(match=("quay.io/acme/app",), git_tag=written).git_tag if written else ""
    assert git_tags("1.2.3", pattern) == names


@pytest.mark.parametrize(
    "name",
    ["app/v1.2.3", "app-1.2.3", "@acme/app@1.2.3", "app_v1.2.3", "release-1.2.3", "1.2.3-app/v1.2.3", "v1.2.3-1"],
)
def test_other_spellings(name: str) -> None:
    assert may_name(name, "1.2.3")


@pytest.mark.parametrize("name", ["11.2.3", "v1.2.30", "app/v1.2.3-rc1", "1.2.3.4", "env1.2.3", "v1.2.4", "app1.2.3"])
def test_names_of_another_version(name: str) -> None:
    assert not may_name(name, "1.2.3")
