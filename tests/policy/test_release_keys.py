"""The keys about releases: what each does, what is refused, and what `policy check` and `policy explain` say."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.oci.reference import Reference
from bot.policy.explain import explain
from bot.policy.file import FilePolicies
from bot.policy.warnings import warnings
from bot.releases.explained import release_lines
from tests.policy.written import for_image, written

TODAY = date(2026, 11, 24)
KEYS = r"""
images:
  - match: quay.io/acme/{app,web}
    group: acme
    releases: '^v(?P<version>\d+\.\d+)(-native)?$'
    sisters: [quay.io, ghcr.io]
    git_tag: 'app/v?{version}'
    readers: [cosign-2, cosign-3]
    complete: 1h
    watch: 0
    rolling: '^edge$'
    passes: none
    mentions: thread
    owners: U012AB3CD
    since: { provenance-mode-min: 2025-01-13 }
  - match: ghcr.io/acme/app
    group: acme
"""
IMAGE = Reference.parse("quay.io/acme/app:v1.2-native")


def said(policies: FilePolicies) -> list[str]:
    return [line for line in warnings(policies, TODAY) if "releases" in line or "group" in line]


def test_what_the_keys_mean(tmp_path: Path) -> None:
    policy = for_image(tmp_path, KEYS, str(IMAGE))
    assert (policy.group, policy.complete, policy.watch, policy.passes) == ("acme", 3600.0, 0.0, "none")
    assert (policy.mentions, policy.since) == ("thread", {"provenance-mode-min": date(2025, 1, 13)})
    assert policy.expected.layouts == {"cosign-tag"}
    assert (policy.releases, policy.rolling) == (r"^v(?P<version>\d+\.\d+)(-native)?$", "^edge$")


def test_their_defaults(tmp_path: Path) -> None:
    policy = for_image(tmp_path, "images:\n  - match: quay.io/acme/app\n", str(IMAGE))
    assert (policy.group, policy.complete, policy.watch, policy.passes) == ("", 10_800.0, 86_400.0, "")
    assert (policy.mentions, policy.since, policy.expected.layouts) == ("parent", {}, frozenset())


def test_each_key_is_explained(tmp_path: Path) -> None:
    policies = written(tmp_path, KEYS)
    text = explain(policies, IMAGE, TODAY) + "\n".join(release_lines(policies, IMAGE))
    for line in (
        "git tag    app/v?{version}",
        "layouts    cosign-tag",
        "complete   an image that did not arrive is reported 1h after",
        "watch      not looked at again",
        "passes     a release that passes is not posted",
        "mentions   owners are mentioned in the last reply",
        "since      provenance-mode-min: audits mark images from before 2025-01-13",
        "release    acme 1.2, family -native",
        "with       quay.io/acme/web:v1.2: an entry names it",
        "with       ghcr.io/acme/app:v1.2: an entry names it",
    ):
        assert line in text, text


def test_a_rolling_tag_and_no_tag_are_explained(tmp_path: Path) -> None:
    policies = written(tmp_path, KEYS)
    (line, *_) = release_lines(policies, Reference.parse("quay.io/acme/app:main"))
    assert line == "release    acme main (a rolling tag)"
    (line,) = release_lines(policies, Reference.parse("quay.io/acme/app@sha256:" + "a" * 64))
    assert line.startswith("release    none")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("group: two words", "group: 'two words' is not the name of a group"),
        ("releases: '^((?P<version>1))$'", "releases: the group `version` must not be inside another group"),
        ("releases: '^(?P<number>1)$'", "releases: the only group that may have a name is `version`"),
        ("git_tag: v1", "git_tag: expected a pattern with {version} in it"),
        ("git_tag: '({version})'", "git_tag: the group `version` must not be inside another group"),
        ("readers: cosign-1", "readers[0]: expected one of 'cosign-2', "),
        ("readers: [cosign-2, notation]", "no signature layout is read by all of `readers`"),
        ("readers: cosign-2\n    layouts: bundle", "name either `layouts` or `readers`"),
        ("complete: soon", "complete: expected a number followed by"),
        ("watch: daily", "watch: expected a number followed by"),
        ("passes: all", "passes: expected one of 'each', 'digest' or 'none'"),
        ("mentions: nobody", "mentions: expected one of 'parent' or 'thread'"),
        ("since: { sbom-mising: 2025-01-13 }", "did you mean 'sbom-missing'?"),
        ("since: { sbom-missing: yesterday }", "expected a date such as"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, key: str, words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        written(tmp_path, f"images:\n  - match: quay.io/acme/app\n    {key}\n")
    assert words in str(refused.value)


GROUPS = """
images:
  - match: quay.io/acme/app
    group: one
  - match: quay.io/acme/*
    group: two
"""


def test_groups_that_overlap_are_told_and_the_first_one_counts(tmp_path: Path) -> None:
    policies = written(tmp_path, GROUPS)
    (line,) = said(policies)
    assert line == (
        "policy.yaml:6: images[1].group: quay.io/acme/app is still in the group one: "
        "the entry in line 3 matches it first"
    )
    assert policies.for_image(IMAGE).group == "one"


@pytest.mark.parametrize(
    "entries",
    [
        GROUPS.replace("two", "one"),
        GROUPS.replace("acme/*", "other/*"),
        "images:\n  - match: quay.io/acme/app\n  - match: quay.io/acme/*\n",
        "images:\n  - match: quay.io/acme/app\n    group: one\n  - match: '**'\n",  # the rest, as most files end
    ],
)
def test_groups_that_do_not_overlap(tmp_path: Path, entries: str) -> None:
    assert said(written(tmp_path, entries)) == []


def test_an_entry_in_no_group_may_hide_one_that_is(tmp_path: Path) -> None:
    (line,) = said(written(tmp_path, GROUPS.replace("    group: one\n", "")))
    assert "is still in the group of its own name" in line
