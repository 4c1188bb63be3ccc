"""What is said under the verdict: a platform in the index that is another one by its own configuration."""

import pytest

from bot.context import Expected, ExpectedIdentity
from bot.policy import Policy
from tests.judging import judged
from tests.making import ISSUER, config, image, platform


@pytest.mark.parametrize(
    ("index", "own"),
    [
        ("linux/arm64", "linux/amd64"),
        ("linux/amd64", "windows/amd64"),
        ("linux/arm/v6", "linux/arm/v7"),
        ("linux/arm64", "darwin/arm64"),
    ],
)
def test_a_platform_that_is_another_one_by_its_own_configuration_is_told(index: str, own: str) -> None:
    report = judged(image(platform(index, config=config(platform=own))))
    (note,) = report.notes
    assert note.startswith(f"The index calls it {index}, and its own configuration says {own}")


@pytest.mark.parametrize(
    ("index", "own"),
    [
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm/v6", "linux/arm"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/amd64", "linux/x86_64"),
        ("windows/amd64 10.0.20348.2762", "windows/amd64"),
        ("linux/amd64 sha256:0123456789ab", "linux/amd64"),
        ("platform not named", "linux/amd64"),
        ("linux/amd64", ""),
    ],
)
def test_other_spellings_and_what_is_not_said_are_no_contradiction(index: str, own: str) -> None:
    assert judged(image(platform(index, config=config(platform=own)))).notes == ()


def test_a_required_rule_that_the_policy_gives_nothing_to_compare_with_is_told() -> None:
    """Whoever requires the signer and forgets to name one reads PASS."""
    required = frozenset({"signature-identity-unexpected", "provenance-ref-unexpected"})
    first, second = judged(image(), Policy("forgetful", required)).notes
    assert "requires provenance-ref-unexpected and names no releases" in first
    assert "requires signature-identity-unexpected and names no identities or keys" in second
    named = Expected(identities=(ExpectedIdentity(ISSUER, ".+"),))
    assert judged(image(), Policy("named", required, expected=named, releases="^1")).notes == ()
    assert judged(image(), Policy("advised", frozenset(), advise=required)).notes == ()
