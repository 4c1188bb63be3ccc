"""Signatures of what is not an image, and in registries whose answers to a HEAD mean nothing."""

import pytest

from bot.report import Verdict
from tests.check.test_artifacts import STRICT
from tests.evidence.test_artifacts import CHART, HELM_CONFIG, HELM_LAYER, push
from tests.judging import judged, result
from tests.oci.opened import opened
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore
from tests.registry_faults import Status
from tests.signatures.signing import Signed


async def test_a_signed_chart_passes(plain: Signed, sigstore: PrivateSigstore, signer: Signer) -> None:
    push(plain, HELM_CONFIG, (HELM_LAYER,), CHART)
    chart = await digest_of(plain)
    plain.sig_tag(chart, sigstore.sig_layer(chart, signer))
    report = judged(await plain.found(sigstore.trust()), STRICT)
    assert [one.state for one in report.signatures] == ["valid"]
    assert report.verdict is Verdict.PASS
    assert report.notes == ("this is a Helm chart and not an image: provenance and SBOM are not asked for",)


async def test_an_unsigned_chart_fails_where_a_signature_is_required(plain: Signed, sigstore: PrivateSigstore) -> None:
    push(plain, HELM_CONFIG, (HELM_LAYER,), CHART)
    report = judged(await plain.found(sigstore.trust()), STRICT)
    assert (report.verdict, [one.rule for one in report.told()]) == (Verdict.FAIL, ["signature-missing"])


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_signature_is_found_where_every_head_says_no(
    plain: Signed, sigstore: PrivateSigstore, signer: Signer, status: int
) -> None:
    index, *_ = plain.image()
    plain.sig_tag(index, sigstore.sig_layer(index, signer))
    plain.registry.fault("/manifests/", Status(status), method="HEAD")
    report = judged(await plain.found(sigstore.trust()), STRICT)
    assert result(report, "signature-missing").outcome == "pass"


async def test_where_absent_tags_are_refused_nothing_is_called_missing(
    plain: Signed, sigstore: PrivateSigstore
) -> None:
    plain.image()
    plain.registry.fault("/manifests/sha256-", Status(403))
    report = judged(await plain.found(sigstore.trust()), STRICT)
    missing = result(report, "signature-missing")
    assert {finding.reason for finding in missing.findings} == {"absence-hidden"}


async def digest_of(image: Signed) -> str:
    async with opened(image.registry) as registry:
        return await registry.resolve(image.reference)
