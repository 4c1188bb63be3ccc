"""Indexes of thousands of platforms: comparing takes no longer than looking at them, and says what was not compared."""

from functools import cache

import pytest

from bot.context import Context
from bot.evidence import Evidence
from bot.rules import Outcome, Rule, catalogue
from bot.rules.losses import COMPARED_MAX
from bot.rules.twins import PlatformKey, key_of
from bot.unreadable import UnknownReason
from tests.growth import LINEAR_MAX, TIMES, growth
from tests.making import digest, image, platform, signature
from tests.rules.earlier import earlier

MANY = 20_000
"""Descriptors that fit into an index of 4 MiB."""

COMPARING = [rule for rule in catalogue() if rule.id.endswith(("-lost", "-changed"))]


@cache
def crowd(count: int, *, same: bool) -> Evidence:
    """Made once: making it takes longer than what is measured."""
    bare = {"provenance": None, "sbom": None, "statements": (), "attestation_manifests": ()}
    names = (f"linux/amd64 sha256:{n:012x}" if same else f"linux/x{n}" for n in range(count))
    return image(*(platform(name, **bare) for name in names), signatures=())


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("rule", COMPARING, ids=lambda rule: rule.id)
def test_a_crowd_is_not_compared_each_with_each(rule: Rule, same: bool) -> None:  # noqa: FBT001
    contexts = {count: Context(crowd(count, same=same), baseline=earlier()) for count in (MANY // TIMES, MANY)}
    assert growth(lambda count: list(rule.findings(contexts[count])), MANY) < LINEAR_MAX
    assert {one.reason for one in rule.findings(contexts[MANY])} <= {UnknownReason.OVER_LIMIT}


@pytest.mark.parametrize("rule", COMPARING, ids=lambda rule: rule.id)
def test_as_many_as_the_limit_are_compared(rule: Rule) -> None:
    most = crowd(COMPARED_MAX, same=True)
    found = list(rule.findings(Context(most, baseline=most)))
    assert not [one for one in found if one.outcome is Outcome.UNKNOWN]


def test_a_baseline_that_is_a_crowd_hides_no_loss() -> None:
    (lost,) = [rule for rule in catalogue() if rule.id == "provenance-lost"]
    bare = image(platform(provenance=None))
    found = list(lost.findings(Context(bare, baseline=crowd(MANY, same=False))))
    assert [one.reason for one in found] == [UnknownReason.OVER_LIMIT]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("linux/arm64/v8", PlatformKey("linux/arm64")),
        ("linux/arm", PlatformKey("linux/arm/v7")),
        ("linux/armhf", PlatformKey("linux/arm/v7")),
        ("windows/amd64 10.0.20348.2966", PlatformKey("windows/amd64", "10.0.20348")),
        ("windows/amd64 10.0.20348.2966 sha256:0123456789ab", PlatformKey("windows/amd64", "10.0.20348")),
        ("linux/amd64 sha256:0123456789ab", PlatformKey("linux/amd64")),
        ("platform not named", None),
        ("platform not named sha256:0123456789ab", None),
        ("odd", PlatformKey("odd/")),
    ],
)
def test_names(name: str, key: PlatformKey | None) -> None:
    assert key_of(name) == key


BARE = {"provenance": None, "sbom": None, "statements": (), "attestation_manifests": ()}


@pytest.mark.parametrize("rule", [rule for rule in COMPARING if rule.id in {"provenance-lost", "sbom-lost"}])
def test_a_platform_that_is_renamed_has_lost_what_it_lacks(rule: Rule) -> None:
    """An index calls its platforms as its publisher likes, and a host of amd64 runs amd64/v2."""
    renamed = image(platform("linux/amd64/v2", **BARE), platform("linux/arm64"))
    assert [one.outcome for one in rule.findings(Context(renamed, baseline=image()))] == [Outcome.FAIL]


@pytest.mark.parametrize("rule", [rule for rule in COMPARING if rule.id in {"provenance-lost", "sbom-lost"}])
def test_a_platform_without_a_name_hides_no_renamed_one(rule: Rule) -> None:
    """Nobody knows which of the two it was, and the one without a name had nothing to lose."""
    before = image(platform(), platform("platform not named", **BARE))
    renamed = Context(image(platform("linux/amd64/v2", **BARE)), baseline=before)
    assert [one.outcome for one in rule.findings(renamed)] == [Outcome.UNKNOWN]


@pytest.mark.parametrize("rule", COMPARING, ids=lambda rule: rule.id)
@pytest.mark.parametrize("name", ["linux/amd64/v3", "linux/riscv64"])
def test_a_platform_that_is_new_has_lost_nothing(rule: Rule, name: str) -> None:
    more = image(platform(), platform("linux/arm64"), platform(name, **BARE))
    assert not [one for one in rule.findings(Context(more, baseline=image())) if one.outcome is Outcome.FAIL]


def test_a_platform_that_is_renamed_has_lost_its_signature() -> None:
    (lost,) = [rule for rule in COMPARING if rule.id == "signature-lost"]
    signed = image(signatures=(signature(digest=digest("linux/amd64")),))
    renamed = image(platform("linux/amd64/v2"), platform("linux/arm64"), signatures=())
    found = [(one.outcome, one.subject) for one in lost.findings(Context(renamed, baseline=signed))]
    assert found == [(Outcome.FAIL, "linux/amd64/v2")]
