"""No step signs."""

from bot.evidence import Unreadable
from bot.signatures.signature import SignatureState
from tests.causes.showing import hides, of, shows, unsigned, workflow
from tests.making import image, signature

ID, RULE = "never-signed", "signature-missing"


async def test_no_signature_in_any_layout() -> None:
    cause = shows(ID, "likely", "No layout has a signature", evidence=await of("max-sbom_2p_dflt"), rule=RULE)
    assert (
        "cosign sign --yes --recursive IMAGE@${{ steps.build.outputs.digest }}" in cause.snippet
    )  # its labels name GitHub


def test_a_workflow_without_such_a_step_makes_it_certain() -> None:
    shows(ID, "certain", evidence=unsigned(), rule=RULE, workflow=workflow("workflow-image-never-signed"))


def test_when_the_release_before_was_signed_it_is_only_possible() -> None:
    shows(ID, "possible", evidence=unsigned(), rule=RULE, baseline=image())


def test_a_signature_that_could_not_be_verified_looks_alike() -> None:
    hides(ID, evidence=image(signatures=(signature(SignatureState.UNVERIFIABLE),)), rule="signature-lost")


def test_where_we_could_not_look_nothing_is_claimed() -> None:
    hides(ID, evidence=unsigned(signatures_unreadable=(Unreadable("429"),)), rule="signature-lost")
    hides(ID, evidence=unsigned(signatures_searched=False), rule="signature-lost")
    hides(ID, evidence=image(signatures=(signature(),)), rule="signature-lost")
