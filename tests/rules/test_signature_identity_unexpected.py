"""Valid, but somebody else's."""

from typing import Any

import pytest

from bot.attestations.statement import SPDX
from bot.context import Context, Expected, ExpectedIdentity, Phase
from bot.evidence import Evidence, Unreadable
from bot.rules import Outcome
from bot.rules.signature_identity_unexpected import rule
from bot.signatures.signature import Layout, SignatureState
from tests.making import ISSUER, WORKFLOW, digest, image, is_silent, platform, says, signature, statement

SUBJECT = r"https://github\.com/acme/app/\.github/workflows/release\.yml@refs/tags/.+"
OURS = Expected(identities=(ExpectedIdentity(ISSUER, SUBJECT),))
KEYED = Expected(key_names=("release",))
NOTARY = Expected(has_certificates=True)


def test_only_asked_when_the_policy_names_somebody() -> None:
    assert not rule.asked(Expected())
    assert rule.asked(OURS)
    assert rule.asked(KEYED)
    assert rule.asked(NOTARY)


def test_the_expected_workflow() -> None:
    is_silent(rule, image(), expected=OURS)


@pytest.mark.parametrize(
    "changed",
    [
        {"identity": WORKFLOW.replace("acme", "acme-evil")},
        {"identity": WORKFLOW.replace("tags", "heads")},
        {"identity": f"https://evil.example/?{WORKFLOW}"},  # patterns are for all of the subject
        {"identity": WORKFLOW.replace("release.yml", "releaseXyml")},
        {"issuer": "https://accounts.example"},
        {"issuer": ISSUER + "/"},
        {"key_name": "release", "identity": "", "issuer": ""},
    ],
)
def test_somebody_else(changed: dict[str, Any]) -> None:
    says(rule, image(signatures=(signature(**changed),)), Outcome.FAIL, "signed by", about="image", expected=OURS)


def test_a_scan_by_the_expected_workflow_does_not_make_the_image_its_own() -> None:
    scan = signature(predicate_type="https://cosign.sigstore.dev/attestation/vuln/v1")
    stranger = signature(identity="somebody@example.org")
    says(rule, image(signatures=(stranger, scan)), Outcome.FAIL, "somebody@", about="image", expected=OURS)


def test_a_signed_child_in_an_index_of_somebody_else_covers_itself_alone() -> None:
    """The attacker's own index around a signed platform, and his own platform beside it."""
    mine = signature(identity="somebody@example.org")
    child = signature(digest=digest("linux/amd64"))
    evil = signature(digest=digest("linux/arm64"), identity="somebody@example.org")
    says(rule, image(signatures=(mine, child)), Outcome.FAIL, "somebody@", about="image", expected=OURS)
    says(rule, image(signatures=(child, evil)), Outcome.FAIL, "somebody@", about="linux/arm64", expected=OURS)


def test_the_expected_one_among_others() -> None:
    stranger = signature(identity="somebody@example.org")
    is_silent(rule, image(signatures=(stranger, signature())), expected=OURS)


def test_the_expected_key_and_another() -> None:
    ours, other = (signature(key_name=name, identity="", issuer="") for name in ("release", "other"))
    is_silent(rule, image(signatures=(ours,)), expected=KEYED)
    says(rule, image(signatures=(other,)), Outcome.FAIL, "other", about="image", expected=KEYED)


def test_an_expected_signature_on_one_platform_does_not_cover_the_other() -> None:
    ours = signature(digest=digest("linux/amd64"))
    theirs = signature(digest=digest("linux/arm64"), identity="somebody@example.org")
    says(rule, image(signatures=(ours, theirs)), Outcome.FAIL, "somebody@", about="linux/arm64", expected=OURS)


def test_the_expected_one_may_be_one_that_could_not_be_judged() -> None:
    stranger = signature(identity="somebody@example.org")
    both = image(signatures=(stranger, signature(SignatureState.UNVERIFIABLE, reason="no root for it")))
    says(rule, both, Outcome.UNKNOWN, "no root for it", about="image", expected=OURS)


def test_the_expected_one_may_be_where_we_could_not_look() -> None:
    stranger = signature(identity="somebody@example.org")
    partly = image(signatures=(stranger,), signatures_unreadable=(Unreadable("timed out"),))
    says(rule, partly, Outcome.UNKNOWN, "timed out", about="image", expected=OURS)


def by_notation(name: str) -> Evidence:
    """Signed with a certificate of an authority that the policy names."""
    return image(signatures=(signature(layout=Layout.NOTATION, identity=name, issuer="CN=acme root"),))


def test_certificates_for_notation_alone_accept_nobody_else() -> None:
    is_silent(rule, by_notation("CN=release"), expected=NOTARY)
    stranger = image(signatures=(signature(identity="somebody@example.org"),))
    says(rule, stranger, Outcome.FAIL, "somebody@", about="image", expected=NOTARY)
    beside = Expected(identities=OURS.identities, has_certificates=True)
    is_silent(rule, by_notation("CN=release"), expected=beside)
    is_silent(rule, image(), expected=beside)
    says(rule, by_notation("CN=release"), Outcome.FAIL, "CN=release", about="image", expected=OURS)


def test_an_identity_of_an_authority_restricts_whom_it_names() -> None:
    narrow = Expected(identities=(ExpectedIdentity("CN=acme root", "CN=release"),), has_certificates=True)
    is_silent(rule, by_notation("CN=release"), expected=narrow)
    says(rule, by_notation("CN=intern"), Outcome.FAIL, "CN=intern", about="image", expected=narrow)


@pytest.mark.parametrize(
    ("state", "outcome"), [(SignatureState.INVALID, Outcome.FAIL), (SignatureState.UNVERIFIABLE, Outcome.UNKNOWN)]
)
def test_a_signature_that_does_not_hold_leads_to_no_authority(state: SignatureState, outcome: Outcome) -> None:
    """Whoever signs an image in their own name puts a forged one of Notation's beside it."""
    stranger, forged = signature(identity="somebody@example.org"), signature(state, layout=Layout.NOTATION)
    says(rule, image(signatures=(stranger, forged)), outcome, about="image", expected=NOTARY)


def test_an_authority_that_is_written_by_a_slip_names_nobody() -> None:
    slip = Expected(identities=(ExpectedIdentity("acme root", "CN=release"),), has_certificates=True)
    says(rule, by_notation("CN=intern"), Outcome.FAIL, "CN=intern", about="image", expected=slip)


def test_a_stranger_s_signature_beside_the_expected_one_is_not_told() -> None:
    ours = signature(digest=digest("linux/amd64"))
    theirs = [signature(digest=digest(f"linux/{one}"), identity="somebody@example.org") for one in ("amd64", "arm64")]
    found = list(rule.findings(Context(image(signatures=(ours, *theirs)), OURS)))
    assert [(one.outcome, one.subject) for one in found] == [(Outcome.FAIL, "linux/arm64")]


def test_a_stranger_s_signature_on_provenance_of_which_a_neighbour_was_not_read() -> None:
    theirs = signature(digest=digest("attestation manifest"), identity="somebody@example.org")
    unread = statement(SPDX, subject_matches=None, subjects=(), unreadable=Unreadable("timed out"))
    found = image(platform(statements=(statement(), unread)), signatures=(theirs,))
    assert [one.outcome for one in rule.findings(Context(found, OURS))] == [Outcome.FAIL]


BUILDER = "https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1"
SHARED = Expected(
    identities=(ExpectedIdentity(ISSUER, r"https://github\.com/docker/github-builder/.+"),),
    sources=(r"https://github\.com/acme/",),
)


def called_by(repository: str) -> Evidence:
    """Signed by a workflow that everybody may call, in a run of that repository."""
    claims = (("source-repository", repository),) if repository else ()
    return image(signatures=(signature(identity=BUILDER, claims=claims),))


@pytest.mark.parametrize("caller", ["https://github.com/mallory/app", "https://github.com/acme-evil/app"])
def test_a_workflow_that_everybody_may_call_was_called_by_a_stranger(caller: str) -> None:
    says(rule, called_by(caller), Outcome.FAIL, f"called by {caller}", about="image", expected=SHARED)


def test_a_workflow_that_everybody_may_call_was_called_by_us() -> None:
    is_silent(rule, called_by("https://github.com/acme/app"), expected=SHARED)
    is_silent(rule, called_by(""), expected=SHARED)  # an older certificate does not say


def test_a_workflow_of_its_own_repository_is_named_by_the_subject_alone() -> None:
    """The images are built from one repository, and released by a workflow of another one."""
    releases = "https://github.com/acme/app"
    other = Expected(identities=OURS.identities, sources=(r"https://github\.com/upstream/app",))
    is_silent(rule, image(signatures=(signature(claims=(("source-repository", releases),)),)), expected=other)
    longer = image(signatures=(signature(claims=(("source-repository", "https://github.com/ac"),)),))
    says(rule, longer, Outcome.FAIL, "called by https://github.com/ac,", about="image", expected=other)


def test_without_sources_the_identity_is_all_that_is_asked() -> None:
    anybody = Expected(identities=SHARED.identities)
    is_silent(rule, called_by("https://github.com/mallory/app"), expected=anybody)


def test_a_token_in_an_identity_is_not_repeated() -> None:
    leaking = signature(identity="https://user:ghp_0123456789abcdef0123456789abcdef0123@git.example/app")
    found = says(rule, image(signatures=(leaking,)), Outcome.FAIL, about="image", expected=OURS)
    assert "ghp_" not in found.message


def test_the_expected_one_may_be_on_its_way() -> None:
    """A build's own attestation comes first, the release's signature minutes later."""
    stranger = image(signatures=(signature(identity="somebody@example.org"),))
    says(rule, stranger, Outcome.UNKNOWN, "only others yet", about="image", expected=OURS, phase=Phase.SETTLING)
    is_silent(rule, image(), expected=OURS, phase=Phase.SETTLING)


def test_an_image_that_nobody_has_signed_yet_has_no_others() -> None:
    """Seen: "only others yet" of an image without any signature, while its release settled."""
    bare = image(signatures=())
    says(rule, bare, Outcome.UNKNOWN, "none yet", about="image", expected=OURS, phase=Phase.SETTLING)


def test_platforms_that_could_not_be_looked_at() -> None:
    """All that we saw are signed by themselves; the index is not, and there is more in it."""
    both = (signature(digest=digest("linux/amd64")), signature(digest=digest("linux/arm64")))
    partly = image(signatures=both, unreadable=(Unreadable("an index within an index within an index"),))
    says(rule, partly, Outcome.UNKNOWN, "within an index", about="image", expected=OURS)
    is_silent(rule, image(unreadable=(Unreadable("an index within an index"),)), expected=OURS)
