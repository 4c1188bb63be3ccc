"""Notation's signatures: verified against the certificates that the policy names, else named and no more."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from bot.signatures.media_types import JWS
from bot.signatures.notation.jws import PAYLOAD
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from bot.signatures.signature import Signature
from tests.private_sigstore import b64
from tests.signatures.judged import DIGEST, OTHER, TODAY, assert_invalid, assert_unverifiable, assert_valid, jws

SCHEME = "io.cncf.notary.signingScheme"
EXPIRY = "io.cncf.notary.expiry"


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def certificate(  # noqa: PLR0913 - each test spoils one of these
    subject: str,
    key: Any,  # noqa: ANN401 - any private key
    issuer: str,
    issuer_key: Any,  # noqa: ANN401 - any private key
    *,
    ca: bool,
    born: datetime = TODAY,
    path_length: int | None = None,
    cert_sign: bool = True,
) -> x509.Certificate:
    usage = {"key_cert_sign": ca and cert_sign, "crl_sign": ca, "digital_signature": not ca}
    names = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(born - timedelta(days=30))
        .not_valid_after(born + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        .add_extension(x509.KeyUsage(**usage, **dict.fromkeys(names, False), decipher_only=False), critical=True)
    )
    if not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Holder(Struct, frozen=True):
    key: Any
    chain: tuple[x509.Certificate, ...]

    @property
    def trust(self) -> Trust:
        return Trust(notation=(self.chain[-1],))

    def envelope(self, digest: str = DIGEST, **header: object) -> dict[str, Any]:
        algorithm = "PS256" if isinstance(self.key, rsa.RSAPrivateKey) else "ES256"
        fields: dict[str, object] = {
            "alg": algorithm,
            "cty": PAYLOAD,
            "crit": [SCHEME],
            SCHEME: "notary.x509",
            **header,
        }
        protected = url64(json.dumps(fields).encode())
        payload = url64(json.dumps({"targetArtifact": {"digest": digest, "size": 1}}).encode())
        x5c = [b64(one.public_bytes(Encoding.DER)) for one in self.chain]
        signature = url64(self._sign(f"{protected}.{payload}".encode()))
        return {"payload": payload, "protected": protected, "header": {"x5c": x5c}, "signature": signature}

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        numbers = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(number.to_bytes(32, "big") for number in numbers)


def holder(key: Any, **more: Any) -> Holder:  # noqa: ANN401 - any private key
    root = ec.generate_private_key(ec.SECP256R1())
    leaf = certificate("acme release", key, "acme root", root, ca=False, **more)
    return Holder(key, (leaf, certificate("acme root", root, "acme root", root, ca=True)))


@pytest.fixture(scope="module")
def acme() -> Holder:
    return holder(ec.generate_private_key(ec.SECP256R1()))


def verdict(made: Mapping[str, Any] | bytes, trust: Trust, media_type: str = JWS) -> Signature:
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    return jws(data, trust, media_type=media_type)


def test_it_holds_and_says_who(acme: Holder) -> None:
    signature = verdict(acme.envelope(), acme.trust)
    assert_valid(signature)
    assert (signature.identity, signature.issuer) == ("CN=acme release", "CN=acme root")


def test_rsa_keys_sign_with_pss() -> None:
    rsa_holder = holder(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    assert_valid(verdict(rsa_holder.envelope(), rsa_holder.trust))


def test_without_certificates_it_is_only_named(acme: Holder) -> None:
    assert_unverifiable(verdict(acme.envelope(), Trust()), "the policy names no certificate")


def test_cose_is_not_read(acme: Holder) -> None:
    assert_unverifiable(verdict(b"\xd2", acme.trust, "application/cose"), "COSE form are not supported")


def test_a_layer_of_another_kind_is_no_signature(acme: Holder) -> None:
    assert_unverifiable(verdict(b"", acme.trust, "text/plain"), "holds no Notation signature")


def test_a_changed_payload(acme: Holder) -> None:
    made = acme.envelope(OTHER)
    made["payload"] = acme.envelope()["payload"]
    assert_invalid(verdict(made, acme.trust), "does not fit the certificate")


def test_another_digest(acme: Holder) -> None:
    assert_invalid(verdict(acme.envelope(OTHER), acme.trust), "about another digest")


def test_another_authority(acme: Holder) -> None:
    other = holder(ec.generate_private_key(ec.SECP256R1()))
    assert_unverifiable(verdict(other.envelope(), acme.trust), SignatureReason.UNKNOWN_ISSUER)


def test_a_chain_that_only_looks_like_one(acme: Holder) -> None:
    thief = ec.generate_private_key(ec.SECP256R1())
    leaf = certificate("acme release", thief, "acme root", thief, ca=False)
    assert_invalid(verdict(Holder(thief, (leaf, acme.chain[-1])).envelope(), acme.trust), "do not form a chain")


def test_a_leaf_is_no_authority(acme: Holder) -> None:
    thief = ec.generate_private_key(ec.SECP256R1())
    leaf = certificate("thief", thief, "acme release", acme.key, ca=False)
    assert_invalid(verdict(Holder(thief, (leaf, *acme.chain)).envelope(), acme.trust), "do not form a chain")


def test_an_expired_certificate_and_an_expired_signature(acme: Holder) -> None:
    old = holder(ec.generate_private_key(ec.SECP256R1()), born=TODAY - timedelta(days=365))
    assert_invalid(verdict(old.envelope(), old.trust), "was not valid on 2026-11-20")
    past = datetime(2026, 11, 1, tzinfo=UTC).isoformat()
    header: dict[str, Any] = {EXPIRY: past, "crit": [SCHEME, EXPIRY]}
    assert_invalid(verdict(acme.envelope(**header), acme.trust), "expired on 2026-11")


def test_what_it_asks_for_and_we_do_not_know(acme: Holder) -> None:
    assert_unverifiable(verdict(acme.envelope(crit=[SCHEME, "com.acme.plugin"]), acme.trust), "'com.acme.plugin'")
    assert_unverifiable(verdict(acme.envelope(alg="none"), acme.trust), "is not supported")
    assert_unverifiable(verdict(acme.envelope(alg="PS256"), acme.trust), "or not of its key")


AUTHENTIC = "io.cncf.notary.authenticSigningTime"


def test_the_signer_cannot_choose_the_time(acme: Holder) -> None:
    """The scheme of a signing authority brings its own time; whoever holds an old key could choose one."""
    then = TODAY - timedelta(days=365)
    header: dict[str, Any] = {
        SCHEME: "notary.x509.signingAuthority",
        AUTHENTIC: then.isoformat(),
        "crit": [SCHEME, AUTHENTIC],
    }
    assert_unverifiable(verdict(acme.envelope(**header), acme.trust), "signing authority")
    root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    trusted = certificate("acme root", root, "acme root", root, ca=True, born=then)
    old = Holder(key, (certificate("acme release", key, "acme root", root, ca=False, born=then), trusted))
    assert_unverifiable(verdict(old.envelope(**header), old.trust), "signing authority")


def test_a_timestamp_beside_an_expired_certificate_is_not_judged() -> None:
    old = holder(ec.generate_private_key(ec.SECP256R1()), born=TODAY - timedelta(days=365))
    made = old.envelope()
    made["header"]["io.cncf.notary.timestampSignature"] = "MAA="
    assert_unverifiable(verdict(made, old.trust), "timestamp beside it is not supported")


def test_what_must_be_called_critical(acme: Holder) -> None:
    assert_unverifiable(verdict(acme.envelope(crit=[]), acme.trust), "call critical")
    later: dict[str, Any] = {EXPIRY: datetime(2030, 1, 1, tzinfo=UTC).isoformat()}
    assert_unverifiable(verdict(acme.envelope(**later), acme.trust), "call critical")
    assert_valid(verdict(acme.envelope(**later, crit=[SCHEME, EXPIRY]), acme.trust))


def _between(**spoilt: Any) -> Holder:  # noqa: ANN401 - what `certificate` takes
    """A chain with somebody between root and leaf; `spoilt` is what is odd about the one between, `top` of the root."""
    root, between, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    top = certificate("top", root, "top", root, ca=True, **spoilt.pop("top", {}))
    made = certificate("between", between, "top", root, ca=True, **spoilt)
    return Holder(key, (certificate("leaf", key, "between", between, ca=False), made, top))


def test_who_may_stand_between() -> None:
    for chain in (_between(), _between(top={"path_length": 1}), _between(path_length=0)):
        assert_valid(verdict(chain.envelope(), chain.trust))
    for chain in (_between(cert_sign=False), _between(top={"path_length": 0})):
        assert_invalid(verdict(chain.envelope(), chain.trust), "do not form a chain")


@pytest.mark.parametrize("algorithm", ["HS256", "ES", "256", "RS256", "ES1024", "ps256"])
def test_algorithms_that_are_none_of_notation_s(acme: Holder, algorithm: str) -> None:
    assert_unverifiable(verdict(acme.envelope(alg=algorithm), acme.trust), "is not supported, or not of its key")


def test_the_order_of_the_chain_counts(acme: Holder) -> None:
    assert_invalid(verdict(Holder(acme.key, acme.chain[::-1]).envelope(), acme.trust), "does not fit the certificate")


def rebuilt(
    acme: Holder, *, usage: x509.KeyUsage | None, purposes: list[Any] | None, name: str = "acme release"
) -> Holder:
    """A chain of two whose leaf says what is asked."""
    root = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    authority = certificate("acme root", root, "acme root", root, ca=True)
    builder = x509.CertificateBuilder(
        issuer_name=authority.subject,
        subject_name=subject,
        public_key=acme.key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=TODAY - timedelta(days=1),
        not_valid_after=TODAY + timedelta(days=1),
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return Holder(acme.key, (builder.sign(root, hashes.SHA256()), authority))


def usage(*, signs: bool) -> x509.KeyUsage:
    names = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only")
    return x509.KeyUsage(
        digital_signature=signs, content_commitment=True, **dict.fromkeys(names, False), decipher_only=False
    )


CODE = ExtendedKeyUsageOID.CODE_SIGNING


def test_what_the_certificate_is_for(acme: Holder) -> None:
    good = rebuilt(acme, usage=usage(signs=True), purposes=None)  # the specification lets the purpose be absent
    assert verdict(good.envelope(), good.trust).state == "valid"
    for bad in (
        rebuilt(acme, usage=None, purposes=[CODE]),
        rebuilt(acme, usage=usage(signs=False), purposes=[CODE]),
        rebuilt(acme, usage=usage(signs=True), purposes=[ExtendedKeyUsageOID.TIME_STAMPING]),
    ):
        assert_invalid(verdict(bad.envelope(), bad.trust), SignatureReason.CERTIFICATE_USAGE)


def test_a_certificate_that_names_nobody(acme: Holder) -> None:
    nobody = rebuilt(acme, usage=usage(signs=True), purposes=[CODE], name="")
    assert_unverifiable(verdict(nobody.envelope(), nobody.trust), SignatureReason.NO_SIGNER)


def test_the_issuer_that_is_shown_is_the_policy_s_certificate_and_not_the_last_of_the_chain(acme: Holder) -> None:
    """The header is not signed: whoever sends the envelope may append certificates."""
    made = acme.envelope()
    thief = ec.generate_private_key(ec.SECP256R1())
    made["header"]["x5c"].append(b64(certificate("our boss", thief, "x", thief, ca=True).public_bytes(Encoding.DER)))
    signature = verdict(made, acme.trust)
    assert (signature.state, signature.issuer) == ("valid", "CN=acme root")


def test_what_does_not_parse(acme: Holder) -> None:
    made = acme.envelope()
    made["header"]["x5c"] = ["MAA="]
    assert_unverifiable(verdict(made, acme.trust), SignatureReason.MALFORMED)
    for field in ("protected", "payload", "signature"):
        for value in ("*", 7):
            spoilt = {**acme.envelope(), field: value}
            assert verdict(spoilt, acme.trust).state == "unverifiable"
    assert_unverifiable(verdict(acme.envelope(cty="text/plain"), acme.trust), SignatureReason.UNSUPPORTED)
