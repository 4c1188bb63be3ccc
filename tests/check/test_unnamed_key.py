"""An image that only a key signed that the policy does not name: what to do about it, and that it works."""

from pathlib import Path

import pytest

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.policy.file import read_policy
from bot.render import markdown
from bot.render.display import Display
from bot.render.html.pages import sheet
from bot.render.slack.judged import judged as slack_answer
from bot.render.text import render
from bot.report import Report, Verdict
from bot.rules import Outcome
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import SignatureState
from bot.unreadable import UnknownReason
from tests.fake_registry import FakeRegistry
from tests.judging import judged, result
from tests.making import NOW, image, reported, signature
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import PrivateSigstore
from tests.signatures.signing import Signed

WHY = "it was signed with a key, and the policy names no key"
UNNAMED = signature(SignatureState.UNVERIFIABLE, reason=WHY, code=SignatureReason.NO_KEY)


async def test_the_lines_of_the_policy_that_are_shown_verify_it(tmp_path: Path) -> None:
    sigstore, signer = PrivateSigstore(), Signer(new_key())
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, _, _ = signed.image()
        signed.sig_tag(index, sigstore.sig_layer(index, signer))
        before = reported(await signed.found(sigstore.trust()), default_policy(), now=NOW)
        advice = result(before, "signature-invalid").remediation
        assert advice is not None
        (tmp_path / "signer.pub").write_bytes(signer.pem)
        (tmp_path / "policy.yaml").write_text(advice.snippet)
        policy = read_policy(tmp_path / "policy.yaml").for_image(Reference.parse(before.image))
        after = reported(await signed.found(sigstore.trust(*policy.keys)), policy, now=NOW)
    assert result(before, "signature-invalid").outcome is Outcome.UNKNOWN
    for rule in ("signature-missing", "signature-invalid"):
        assert result(after, rule).outcome is Outcome.PASS


def texts(report: Report) -> dict[str, str]:
    """What each surface says of the image."""
    page = sheet(report)
    return {
        "terminal": render([report], Display(100, terminal=False, verbose=False)),
        "markdown": markdown.render([report]),
        "Slack": str(slack_answer(report).blocks),
        "page": f"{page.said} {page.signers} {[(one.text, one.snippet) for one in page.unknown_advice]}",
    }


@pytest.mark.parametrize("surface", ["terminal", "markdown", "Slack", "page"])
def test_each_surface_says_what_was_found_and_how_to_verify_it(surface: str) -> None:
    text = texts(judged(image(signatures=(UNNAMED,))))[surface]
    assert "signer.pub" in text
    assert "found" in text or "present" in text
    for word in ("not valid", "broken", "missing:", "No signature", "Not signed"):
        assert word not in text


def test_its_code_is_of_its_own() -> None:
    """Another one that nobody can verify has no such remedy."""
    report = judged(image(signatures=(UNNAMED,)))
    assert result(report, "signature-invalid").findings[0].reason == UnknownReason.NO_KEY
    other = judged(image(signatures=(signature(SignatureState.UNVERIFIABLE),)))
    assert result(other, "signature-invalid").findings[0].reason == UnknownReason.UNVERIFIABLE
    assert result(other, "signature-invalid").remediation is None
    assert report.verdict is other.verdict is Verdict.UNKNOWN
