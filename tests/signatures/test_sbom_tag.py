"""A plain SBOM under cosign's `.sbom` tag or among the referrers: an SBOM, and never a broken statement."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.attestations import sbom_reading
from bot.attestations.sbom import Sbom
from bot.evidence import Unreadable
from bot.rules import attestation_malformed, attestation_subject_mismatch
from tests.fake_registry import FakeRegistry
from tests.making import is_silent
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.signing import Signed

SIGSTORE = PrivateSigstore()
SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "name": "app", "packages": [{"name": "musl", "versionInfo": "1"}]}
IN_TOTO = "application/vnd.in-toto+json"


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


@pytest.mark.parametrize("media_type", ["text/spdx+json", "application/spdx+json", IN_TOTO])
async def test_a_bare_spdx_file_is_an_sbom_and_no_statement(signed: Signed, media_type: str) -> None:
    index, *_ = signed.image()
    document = {"data": json.dumps(SPDX_DOCUMENT).encode(), "media_type": media_type, "annotations": {}}
    signed.sig_tag(index, document, suffix="sbom")
    evidence = await signed.found(SIGSTORE.trust())
    for platform in evidence.platforms:
        assert isinstance(platform.sbom, Sbom)
        assert platform.sbom_where == "cosign-tag"
        assert len(platform.statements) == 1  # the provenance of the index
    is_silent(attestation_malformed.rule, evidence)
    is_silent(attestation_subject_mismatch.rule, evidence)


async def test_a_statement_under_that_tag_is_still_a_statement(signed: Signed) -> None:
    index, *_ = signed.image()
    data = statement(index, "https://spdx.dev/Document", SPDX_DOCUMENT)
    signed.sig_tag(index, {"data": data, "media_type": IN_TOTO, "annotations": {}}, suffix="sbom")
    evidence = await signed.found(SIGSTORE.trust())
    assert isinstance(evidence.platforms[0].sbom, Sbom)
    assert evidence.platforms[0].statements[-1].subject_matches


async def test_what_is_neither_says_so_and_names_its_digest(signed: Signed) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, {"data": b"{}", "media_type": "text/spdx+json", "annotations": {}}, suffix="sbom")
    evidence = await signed.found(SIGSTORE.trust())
    unread = evidence.platforms[0].sbom
    assert not isinstance(unread, Sbom)
    assert unread is not None
    assert "SBOM sha256:" in unread.reason


TAGGED = b"""SPDXVersion: SPDX-2.3
DocumentName: app
Creator: Tool: syft
Created: 2026-01-01T00:00:00Z

PackageName: musl
SPDXID: SPDXRef-musl
PackageVersion: 1
"""


def document(data: bytes, media_type: str = "text/spdx+json") -> dict[str, object]:
    return {"data": data, "media_type": media_type, "annotations": {}}


async def test_a_tag_beside_each_platform(signed: Signed) -> None:
    """As ko and `cosign attach sbom` leave it. It was called missing, and nobody had looked."""
    _, amd64, _ = signed.image()
    signed.sig_tag(amd64, document(json.dumps(SPDX_DOCUMENT).encode()), suffix="sbom")
    evidence = await signed.found(SIGSTORE.trust())
    first, second = evidence.platforms
    assert isinstance(first.sbom, Sbom)
    assert second.sbom is None


async def test_spdx_as_text(signed: Signed) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, document(TAGGED, "text/spdx"), suffix="sbom")
    sbom = (await signed.found(SIGSTORE.trust())).platforms[0].sbom
    assert isinstance(sbom, Sbom)
    assert (sbom.packages, sbom.has_author, sbom.has_timestamp) == (1, True, True)


@pytest.mark.parametrize("data", [TAGGED, TAGGED[:40] + b"\xff"])
async def test_text_that_is_too_long_or_no_text_is_not_absent(
    signed: Signed, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(sbom_reading, "LEGACY_MAX", len(TAGGED) - 1)
    index, *_ = signed.image()
    signed.sig_tag(index, document(data, "text/spdx"), suffix="sbom")
    assert isinstance((await signed.found(SIGSTORE.trust())).platforms[0].sbom, Unreadable)


async def test_a_form_that_is_not_read_is_not_absent(signed: Signed) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, document(b"<bom/>", "application/vnd.cyclonedx+xml"), suffix="sbom")
    assert isinstance((await signed.found(SIGSTORE.trust())).platforms[0].sbom, Unreadable)


@pytest.mark.parametrize(
    ("artifact_type", "media_type"),
    [
        ("application/vnd.dev.cosign.artifact.sbom.v1+json", "text/spdx+json"),
        ("application/spdx+json", "application/spdx+json"),
        ("application/spdx+json", "application/vnd.oci.image.layer.v1.tar"),
        ("application/vnd.example.report", "application/spdx+json; version=2.3"),
    ],
)
async def test_a_bare_sbom_that_refers_to_the_image(signed: Signed, artifact_type: str, media_type: str) -> None:
    """`oras attach`, and cosign's `--registry-referrers-mode=oci-1-1`."""
    index, *_ = signed.image()
    signed.referrer(index, [signed.blob(json.dumps(SPDX_DOCUMENT).encode(), media_type)], artifact_type)
    evidence = await signed.found(SIGSTORE.trust())
    for platform in evidence.platforms:
        assert isinstance(platform.sbom, Sbom)
        assert platform.sbom_where == "referrer"


async def test_one_that_refers_to_another_image_is_none_of_this(signed: Signed) -> None:
    index, amd64, _ = signed.image()
    listed = signed.blob(json.dumps(SPDX_DOCUMENT).encode(), "application/spdx+json")
    signed.referrer(amd64, [listed], "application/spdx+json")
    evidence = await signed.found(SIGSTORE.trust())
    assert [platform.sbom is None for platform in evidence.platforms] == [False, True]
    assert index == evidence.digest
