"""The same tag in two registries: another digest, no such tag, signed in one of them; and what nobody could see."""

from typing import Any

import pytest

from bot.context import Expected, Phase, SameTag
from bot.evidence import Evidence, Unreadable
from bot.oci.reference import Reference
from bot.rules import Outcome, SkippedReason
from bot.rules.tag_registries_differ import rule
from bot.signatures.signature import Layout, SignatureState
from bot.unreadable import UnknownReason
from tests.making import digest, image, is_silent, platform, says, signature
from tests.rules.earlier import REFUSED

HUB = Reference.parse("docker.io/acme/app:1.2.3")
OTHER = digest("another index")


def there(found: Evidence | Unreadable | None) -> tuple[SameTag, ...]:
    return (SameTag(HUB, found),)


def hub(*platforms: Any, **changes: Any) -> tuple[SameTag, ...]:  # noqa: ANN401 - as image()
    return there(image(*platforms, image=HUB, **changes))


def test_both_have_the_same() -> None:
    is_silent(rule, image(), same_tag=hub())
    is_silent(rule, image(signatures=()), same_tag=hub(signatures=()))


def test_nobody_looked_elsewhere() -> None:
    assert says(rule, image(), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_SAME_TAG


@pytest.mark.parametrize(
    ("platforms", "words"),
    [
        ((), "the same platforms under another index"),
        ((platform("linux/amd64"),), "1 of 2 platforms are the same"),
        ((platform("linux/s390x"),), "no platform is the same"),
    ],
)
def test_another_digest(platforms: tuple[Any, ...], words: str) -> None:
    signed = (signature(digest=OTHER),)
    lost = says(
        rule,
        image(),
        Outcome.FAIL,
        OTHER,
        words,
        about="image",
        same_tag=hub(*platforms, digest=OTHER, signatures=signed),
    )
    assert lost.message.startswith("docker.io has ")


def test_a_registry_that_does_not_answer_is_named_once() -> None:
    """Seen: "docker.io could not be looked at: docker.io did not answer within 10 s"."""
    named, other = Unreadable("docker.io did not answer within 10 s"), Unreadable("too many redirects")
    told = says(rule, image(), Outcome.UNKNOWN, about="image", same_tag=there(named))
    assert told.message == named.reason
    told = says(rule, image(), Outcome.UNKNOWN, about="image", same_tag=there(other))
    assert told.message == "docker.io could not be looked at: too many redirects"


def test_another_digest_may_be_the_push_before() -> None:
    signed = (signature(digest=OTHER),)
    late = says(
        rule,
        image(),
        Outcome.UNKNOWN,
        about="image",
        phase=Phase.SETTLING,
        same_tag=hub(digest=OTHER, signatures=signed),
    )
    assert late.reason is UnknownReason.AWAITING_SIGNATURE


def test_the_other_was_pushed_or_signed_a_moment_ago() -> None:
    signed = (signature(digest=OTHER),)
    for found in (image(image=HUB, digest=OTHER, signatures=signed), image(image=HUB, signatures=())):
        young = (SameTag(HUB, found, is_settled=False),)
        late = says(rule, image(), Outcome.UNKNOWN, about="image", same_tag=young)
        assert late.reason is UnknownReason.AWAITING_SIGNATURE


def test_the_tag_is_not_there() -> None:
    says(rule, image(), Outcome.FAIL, "docker.io has no such tag", about="image", same_tag=there(None))
    late = says(rule, image(), Outcome.UNKNOWN, "yet", about="image", same_tag=there(None), is_complete=False)
    assert late.reason is UnknownReason.AWAITING_MEMBER


def test_a_registry_that_refuses_does_not_differ() -> None:
    unread = says(rule, image(), Outcome.UNKNOWN, "docker.io", "401", about="image", same_tag=there(REFUSED))
    assert unread.reason is UnknownReason.UNREADABLE


def test_one_that_the_policy_names_and_nobody_looked_at() -> None:
    three = Expected(sisters=("quay.io", "docker.io", "ghcr.io"))
    unseen = says(rule, image(), Outcome.UNKNOWN, "ghcr.io", about="image", expected=three, same_tag=hub())
    assert unseen.reason is UnknownReason.NOT_ASKED


def test_signed_in_one_of_them() -> None:
    says(rule, image(), Outcome.FAIL, "signed here and not at docker.io", about="image", same_tag=hub(signatures=()))
    says(rule, image(signatures=()), Outcome.FAIL, "signed at docker.io and not here", about="image", same_tag=hub())
    refused = hub(signatures=(signature(SignatureState.INVALID),))
    says(rule, image(), Outcome.FAIL, "not at docker.io", about="image", same_tag=refused)
    late = says(rule, image(signatures=()), Outcome.UNKNOWN, about="image", phase=Phase.SETTLING, same_tag=hub())
    assert late.reason is UnknownReason.AWAITING_SIGNATURE


def test_what_a_code_host_holds_is_in_no_registry() -> None:
    kept = signature(layout=Layout.GITHUB_API)
    says(rule, image(), Outcome.FAIL, "not at docker.io", about="image", same_tag=hub(signatures=(kept,)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signatures_searched": False}, UnknownReason.NOT_SEARCHED),
        ({"signatures_unreadable": (REFUSED,)}, UnknownReason.UNREADABLE),
        ({"signatures": (signature(SignatureState.UNVERIFIABLE),)}, UnknownReason.UNVERIFIABLE),
        ({"unreadable": (REFUSED,)}, UnknownReason.UNREADABLE),
    ],
)
def test_nobody_knows_whether_one_is_signed(changes: dict[str, Any], reason: UnknownReason) -> None:
    unsure = {"signatures": (), **changes}
    assert says(rule, image(), Outcome.UNKNOWN, about="image", same_tag=hub(**unsure)).reason is reason
    assert says(rule, image(**unsure), Outcome.UNKNOWN, about="image", same_tag=hub()).reason is reason


def test_a_signature_that_was_seen_needs_no_whole_search() -> None:
    is_silent(rule, image(), same_tag=hub(signatures_unreadable=(REFUSED,)))
