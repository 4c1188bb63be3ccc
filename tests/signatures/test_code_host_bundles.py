"""Bundles that a code host holds are judged like those in the registry."""

import json

from bot.attestations.provenance import Provenance
from bot.attestations.statement import SLSA_V1
from bot.signatures.finder import SignatureFinder
from bot.signatures.signature import Layout
from bot.signatures.stored import StoredBundle
from tests.attestations.predicates import v1
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import DIGEST, OTHER, TODAY

SIGSTORE = PrivateSigstore()


async def test_valid_moved_and_garbage() -> None:
    signer = SIGSTORE.signer()
    made = json.dumps(SIGSTORE.bundle(statement(DIGEST, SLSA_V1, v1()), signer)).encode()
    bundles = (StoredBundle(DIGEST, made), StoredBundle(OTHER, made), StoredBundle(DIGEST, b"not JSON"))
    found = await SignatureFinder(SIGSTORE.trust, clock=lambda: TODAY).judge_bundles(bundles)
    assert [one.layout for one in found.signatures] == [Layout.GITHUB_API] * 3
    assert [(one.state, one.code) for one in found.signatures] == [
        ("valid", None),
        ("invalid", "other-digest"),
        ("unverifiable", "malformed"),
    ]
    [attached] = found.attached
    assert (attached.where, attached.digest) == ("github-api", DIGEST)
    assert isinstance(attached.provenance, Provenance)
    assert found.unreadable == ()


async def test_none_costs_nothing() -> None:
    def never() -> None:
        raise AssertionError("no root is read where nothing is to be judged")

    found = await SignatureFinder(never).judge_bundles(())  # type: ignore[arg-type]
    assert (found.signatures, found.attached) == ((), ())
