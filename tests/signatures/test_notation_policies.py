"""A policy that names Notation's authorities, and images that others signed: the whole check."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from bot.policy import Policy
from bot.report import Verdict
from bot.signatures.media_types import JWS
from bot.signatures.roots.root import Trust
from bot.values import replace
from tests.making import reported
from tests.policy.written import for_image
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import TODAY
from tests.signatures.signing import NOTATION, Signed
from tests.signatures.test_notation import EXPIRY, SCHEME, Holder, certificate, holder

ACME = holder(ec.generate_private_key(ec.SECP256R1()))
POLICY = """\
images:
  - match: "**"
    require: [signature-identity-unexpected]
    certificates: {{ name: acme, pem: {pem} }}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    pem = json.dumps(ACME.chain[-1].public_bytes(Encoding.PEM).decode())
    return for_image(tmp_path, POLICY.format(pem=pem))


def notation(image: Signed, about: str, made: Holder, media_type: str = JWS, **header: object) -> None:
    data = json.dumps(made.envelope(about, **header)).encode()
    image.referrer(about, [image.blob(data, media_type)], NOTATION)


async def verdict(image: Signed, sigstore: PrivateSigstore, policy: Policy) -> Verdict:
    trust = Trust(sigstore.trust().roots, notation=policy.certificates)
    return reported(await image.found(trust), policy, now=TODAY).verdict


async def test_signed_by_a_certificate_of_the_authority(
    plain: Signed, sigstore: PrivateSigstore, policy: Policy
) -> None:
    index, *_ = plain.image()
    notation(plain, index, ACME)
    assert await verdict(plain, sigstore, policy) is Verdict.PASS


async def test_a_stranger_s_other_kind_of_signature_does_not_pass(
    plain: Signed, sigstore: PrivateSigstore, policy: Policy
) -> None:
    """Anybody gets a certificate of Sigstore's; who trusts an authority of Notation's alone trusts none."""
    index, *_ = plain.image()
    plain.bundle(index, sigstore.bundle(statement(index), sigstore.signer("https://github.com/mallory/app/x@refs/y")))
    assert await verdict(plain, sigstore, policy) is Verdict.FAIL


@pytest.mark.parametrize("kind", ["another image's", "expired", "another authority's", "COSE", "unknown critical"])
async def test_what_is_not_such_a_signature_does_not_pass(
    plain: Signed, sigstore: PrivateSigstore, policy: Policy, kind: str
) -> None:
    index, amd64, _ = plain.image()
    match kind:
        case "another image's":  # pushed as a referrer of the index, about one of its platforms
            data = json.dumps(ACME.envelope(amd64)).encode()
            plain.referrer(index, [plain.blob(data, JWS)], NOTATION)
        case "expired":
            header: dict[str, Any] = {EXPIRY: (TODAY - timedelta(seconds=1)).isoformat(), "crit": [SCHEME, EXPIRY]}
            notation(plain, index, ACME, **header)
        case "another authority's":
            other = holder(ec.generate_private_key(ec.SECP256R1()))
            notation(plain, index, replace(other, chain=(other.chain[0], ACME.chain[-1])))
        case "COSE":
            notation(plain, index, ACME, media_type="application/cose")
        case _:
            notation(plain, index, ACME, crit=[SCHEME, "com.acme.plugin"])
    expected = Verdict.UNKNOWN if kind in {"COSE", "unknown critical"} else Verdict.FAIL
    assert await verdict(plain, sigstore, policy) is expected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (("CN=acme root", "CN=acme release"), Verdict.PASS),
        (("CN=acme root", "CN=acme .+"), Verdict.PASS),
        (("CN=acme root", "CN=acme nightly"), Verdict.FAIL),
        (("CN=acme", "CN=acme release"), Verdict.FAIL),  # names no authority: seen to let everybody sign
        (("CN=a://b", "CN=acme release"), Verdict.FAIL),
        (("O=acme,CN=acme root", "CN=acme release"), Verdict.FAIL),
        (
            ("https://token.actions.githubusercontent.com", "https://github\\.com/acme/.+"),
            Verdict.PASS,
        ),  # of Sigstore's
    ],
)
async def test_identities_restrict_whom_also_where_they_name_another_authority(
    plain: Signed, sigstore: PrivateSigstore, tmp_path: Path, identity: tuple[str, str], expected: Verdict
) -> None:
    index, *_ = plain.image()
    notation(plain, index, ACME)
    pem = json.dumps(ACME.chain[-1].public_bytes(Encoding.PEM).decode())
    issuer, subject = identity
    said = f"    identities: {{ issuer: '{issuer}', subject: '{subject}' }}\n"
    assert await verdict(plain, sigstore, for_image(tmp_path, POLICY.format(pem=pem) + said)) is expected


async def test_the_authority_below_does_not_name_more_signers_than_the_one_that_the_policy_restricts(
    plain: Signed, sigstore: PrivateSigstore, tmp_path: Path
) -> None:
    """The trust store holds both; the chain may leave out the upper one."""
    index, *_ = plain.image()
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    chain = (
        certificate("acme intern", keys[0], "acme builds", keys[1], ca=False),
        certificate("acme builds", keys[1], "acme root", keys[2], ca=True),
        certificate("acme root", keys[2], "acme root", keys[2], ca=True),
    )
    notation(plain, index, Holder(keys[0], chain[:2]))
    pem = json.dumps("".join(one.public_bytes(Encoding.PEM).decode() for one in chain[1:]))
    said = "    identities: { issuer: 'CN=acme root', subject: 'CN=acme release' }\n"
    assert await verdict(plain, sigstore, for_image(tmp_path, POLICY.format(pem=pem) + said)) is Verdict.FAIL
