"""Another builder, workflow or repository than the release before: what changes with every build does not count."""

from typing import Any

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.evidence import Evidence, Unreadable
from bot.rules import Outcome, SkippedReason
from bot.rules.provenance_builder_changed import rule
from bot.signatures.signature import Signature, SignatureState
from bot.unreadable import UnknownReason
from tests.making import WORKFLOW, image, is_silent, platform, provenance, says, signature
from tests.rules.earlier import REFUSED, TWOFOLD, earlier

RUN = "https://github.com/acme/app/actions/runs"
GITHUB = "https://actions.github.io/buildtypes/workflow/v1"
GENERATOR = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator.yml"


def by(**changes: Any) -> Provenance:  # noqa: ANN401 - any field
    return provenance(**({"builder_id": f"{RUN}/1", "workflow": ".github/workflows/build.yml"} | changes))


def now(*told: Provenance) -> Evidence:
    return image(platform(provenance=told[0], provenances=told))


def before(*told: Provenance | Unreadable | None, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    return earlier(*(platform(provenance=one) for one in told), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"builder_id": "https://github.com/evil/app/actions/runs/1"}, "builder https://github.com/evil/app/actions"),
        ({"builder_id": ""}, "builder is empty, before https://github.com/acme/app/actions"),
        (
            {"workflow": ".github/workflows/other.yml"},
            "workflow .github/workflows/other.yml, before .github/workflows/b",
        ),
        (
            {"source": "https://github.com/evil/app"},
            "source https://github.com/evil/app, before https://github.com/acme",
        ),
        ({"mode": Mode.FOREIGN, "build_type": GITHUB}, f"built as {GITHUB}, before as BuildKit"),
    ],
)
def test_something_changed(changes: dict[str, Any], words: str) -> None:
    says(rule, now(by(**changes)), Outcome.FAIL, words, "since 1.2.2", baseline=before(by()))


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        ({}, {"builder_id": f"{RUN}/2/attempts/3"}),
        ({}, {"revision": "f" * 40}),
        ({}, {"slsa": "v0.2", "build_type": "https://mobyproject.org/buildkit@v1"}),
        ({}, {"mode": Mode.MIN}),
        ({}, {"source": "https://github.com/Acme/App"}),
        ({}, {"source": "git+https://github.com/acme/app.git#main"}),
        ({}, {"workflow": ""}),
        ({"workflow": ""}, {}),
        ({"builder_id": ""}, {}),
        ({"source": ""}, {}),
        ({"builder_id": f"{GENERATOR}@refs/tags/v1.9.0"}, {"builder_id": f"{GENERATOR}@refs/tags/v2.0.0"}),
        ({"builder_id": "https://gitlab.com/a/b/-/runners/1"}, {"builder_id": "https://gitlab.com/a/b/-/runners/2"}),
        ({"source": "https://github.com/base/image", "source_from": "labels"}, {}),
    ],
)
def test_what_differs_from_build_to_build(was: dict[str, Any], is_: dict[str, Any]) -> None:
    is_silent(rule, now(by(**is_)), baseline=before(by(**was)))


def test_a_name_before_the_host_is_not_a_version() -> None:
    was, is_ = (by(builder_id=f"https://builder@{host}/ci") for host in ("ci.acme.example", "ci.evil.example"))
    says(rule, now(is_), Outcome.FAIL, "ci.evil.example", baseline=before(was))


def test_a_second_statement_of_another_kind_changes_nothing() -> None:
    attested = by(mode=Mode.FOREIGN, build_type=GITHUB, builder_id="https://github.com/actions/runner/github-hosted")
    is_silent(rule, now(by(), attested), baseline=before(by()))
    is_silent(rule, now(by(), attested), baseline=before(attested))


def test_a_second_statement_of_the_same_kind_must_say_the_same() -> None:
    says(rule, now(by(), by(source="https://github.com/evil/app")), Outcome.FAIL, "evil", baseline=before(by()))


def signed(identity: str, **more: Any) -> Signature:  # noqa: ANN401 - any field
    return signature(identity=identity, **more)


def test_another_workflow_signed_it() -> None:
    """Anybody can have a certificate; whose it is, is the question."""
    stranger = image(signatures=(signed("https://github.com/evil/x/.github/workflows/sign.yml@refs/heads/main"),))
    says(rule, stranger, Outcome.FAIL, "signed by https://github.com/evil/x", about="image", baseline=earlier())
    person = image(signatures=(signed("somebody@example.org"),))
    says(rule, person, Outcome.FAIL, "somebody@example.org", about="image", baseline=earlier())


def test_the_same_workflow_signed_it_at_another_ref() -> None:
    later = image(signatures=(signed(WORKFLOW.replace("1.2.3", "1.2.4")),))
    is_silent(rule, later, baseline=earlier())
    is_silent(rule, image(signatures=()), baseline=earlier())  # signature-lost tells that
    is_silent(rule, image(), baseline=earlier(signatures=()))
    by_key = (signature(identity="", issuer="", key_name="cosign.pub"),)
    is_silent(rule, image(signatures=by_key), baseline=earlier(signatures=(signed("cosign.pub"),)))  # as stored


def test_only_a_signature_that_holds_names_a_signer() -> None:
    refused = signature(SignatureState.INVALID, identity="somebody@example.org")
    is_silent(rule, image(signatures=(refused,)), baseline=earlier())


def test_without_a_baseline_it_is_not_asked() -> None:
    assert says(rule, now(by()), Outcome.SKIPPED, about="image").skipped is SkippedReason.NO_BASELINE


def test_a_baseline_that_tells_nothing() -> None:
    is_silent(rule, now(by()), baseline=before(None))
    says(rule, now(by()), Outcome.UNKNOWN, "401", about="image", baseline=REFUSED)
    says(rule, now(by()), Outcome.UNKNOWN, "401", baseline=before(REFUSED))
    twofold = says(rule, now(by()), Outcome.UNKNOWN, baseline=before(by(), ambiguous=TWOFOLD))
    assert twofold.reason is UnknownReason.AMBIGUOUS


def test_a_forged_child_in_the_baseline_hides_nothing() -> None:
    """Two platforms of one name, one of which names the stranger's builder already."""
    forged = by(source="https://github.com/evil/app")
    says(rule, now(forged), Outcome.FAIL, "evil", baseline=before(forged, by()))


def test_what_could_not_be_read_did_not_change() -> None:
    says(rule, image(platform(provenance=REFUSED)), Outcome.UNKNOWN, "401", baseline=before(by()))
    nameless = image(platform("platform not named", provenance=by(source="https://github.com/evil/app")))
    says(rule, nameless, Outcome.UNKNOWN, about="platform not named", baseline=before(by()))
