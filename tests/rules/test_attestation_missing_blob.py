"""Named, and gone."""

from bot.evidence import MissingBlob, Unreadable
from bot.rules import Outcome
from bot.rules.attestation_missing_blob import rule
from bot.unreadable import MissingKind
from tests.making import digest, image, is_silent, platform, says


def test_everything_is_there() -> None:
    is_silent(rule, image())


def test_an_attestation_manifest_is_gone() -> None:
    gone = MissingBlob(digest("gone"), digest("index"), MissingKind.ATTESTATION_MANIFEST, "linux/amd64")
    says(rule, image(missing=(gone,)), Outcome.FAIL, "attestation manifest", digest("gone"), "404")


def test_about_no_platform_in_particular() -> None:
    gone = MissingBlob(digest("gone"), digest("index"), MissingKind.PLATFORM_MANIFEST)
    says(rule, image(missing=(gone,)), Outcome.FAIL, about="image")


def test_no_answer_is_not_a_404() -> None:
    evidence = image(platform(provenance=Unreadable("quay.io did not answer")))
    says(rule, evidence, Outcome.UNKNOWN, "did not answer")
