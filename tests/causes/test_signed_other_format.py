"""Cosign 3 moved the signature."""

from bot.signatures.signature import Layout, SignatureState
from tests.causes.showing import elsewhere, hides, shows, workflow
from tests.making import digest, image, signature

ID, RULE = "signed-other-format", "signature-lost"
BUNDLE = image(signatures=(signature(layout=Layout.BUNDLE),))
BEFORE = image(signatures=(signature(layout=Layout.COSIGN_TAG),), digest=digest("the release before"))


def test_the_release_before_was_signed_in_the_old_place() -> None:
    cause = shows(ID, "certain", "bundle", "cosign-tag", evidence=BUNDLE, rule=RULE, baseline=BEFORE)
    assert "--new-bundle-format=false" in cause.snippet
    said = workflow("workflow-cosign-format")
    shows(ID, "certain", "line 88", evidence=BUNDLE, rule=RULE, baseline=BEFORE, workflow=said)


def test_so_may_the_same_tag_elsewhere() -> None:
    there = elsewhere("docker.io", signatures=(signature(layout=Layout.COSIGN_TAG),))
    shows(ID, "certain", evidence=BUNDLE, rule="tag-registries-differ", sisters=[there])


def test_the_same_place_looks_alike() -> None:
    hides(ID, evidence=image(), rule=RULE, baseline=BEFORE)


def test_signed_in_both_places_nothing_was_moved() -> None:
    both = image(signatures=(signature(), signature(layout=Layout.BUNDLE)))
    hides(ID, evidence=both, rule=RULE, baseline=BEFORE)


def test_a_signature_that_does_not_hold_is_in_no_place() -> None:
    refused = image(signatures=(signature(SignatureState.INVALID, layout=Layout.BUNDLE),))
    hides(ID, evidence=refused, rule=RULE, baseline=BEFORE)
