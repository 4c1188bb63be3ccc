"""A plain SBOM under cosign's `.sbom` tag: an SBOM, whatever its layer is called, and never a broken statement."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.attestations.sbom import Sbom
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
