"""What a log entry is about: this content, this signature, and this signer. Each kind of entry, each in its own words.

A log takes whatever it is sent. So an entry with our signature and somebody else's key may exist, and the other way
round; only an entry about all three lends its time to a signature (CVE-2022-36056).
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PEM_MAX, Verifier, spki
from bot.signatures.log.binding import verify_binding
from bot.signatures.pae import pae
from bot.signatures.reason import SignatureReason
from bot.values import replace
from tests.private_fulcio import Signer, new_key
from tests.private_log import entry_body
from tests.private_sigstore import IN_TOTO, PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, OTHER

SIGSTORE: Final = PrivateSigstore()
OURS, THEIRS = SIGSTORE.signer(), SIGSTORE.signer()
KEY, OTHER_KEY = Signer(new_key()), Signer(new_key())
PAYLOAD, OTHER_PAYLOAD = statement(DIGEST), statement(OTHER)
WHOLE = b'{"an": "envelope"}'

KINDS = ("hashedrekord/0.0.1", "rekord/0.0.1", "hashedrekord/0.0.2", "dsse/0.0.1", "intoto/0.0.1", "intoto/0.0.2")
NAMING_SIGNATURES = tuple(kind for kind in KINDS if kind != "intoto/0.0.1")
"""An entry of kind intoto/0.0.1 holds no signature; it is bound by content and signer alone."""


class Told(Struct, frozen=True):
    """What an entry tells."""

    payload: bytes
    signature: bytes
    signer: Signer


def body(kind: str, told: Told) -> bytes:
    message = pae(IN_TOTO, told.payload)
    if kind != "hashedrekord/0.0.2":
        return entry_body(kind, told.payload, message, told.signature, told.signer.pem, envelope=_whole(told.payload))
    if told.signer.certificate is not None:
        named = {"x509Certificate": {"rawBytes": b64(told.signer.certificate.public_bytes(Encoding.DER))}}
    else:
        named = {"publicKey": {"rawBytes": b64(spki(told.signer.public))}}
    data = {"algorithm": "SHA2_256", "digest": b64(hashlib.sha256(message).digest())}
    spec = {"hashedRekordV002": {"data": data, "signature": {"content": b64(told.signature), "verifier": named}}}
    return json.dumps({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": spec}).encode()


def _whole(payload: bytes) -> bytes:
    return WHOLE + hashlib.sha256(payload).digest()


def checked(payload: bytes = PAYLOAD, signature: bytes = b"ours") -> CheckedSignature:
    return CheckedSignature(payload, pae(IN_TOTO, payload), signature)


def refused(entry: bytes, signature: CheckedSignature, verifier: Verifier) -> str:
    with pytest.raises(RefusedError) as error:
        verify_binding(entry, signature, verifier)
    assert error.value.code is SignatureReason.LOG_ENTRY
    return str(error.value)


def verifier_of(signer: Signer) -> Verifier:
    return signer.certificate or signer.public


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("ours", "theirs"), [(OURS, THEIRS), (KEY, OTHER_KEY)], ids=["certificate", "key"])
class TestEveryKind:
    """The first test is the honest entry; each of the others changes one of the three."""

    def test_of_this_signature(self, kind: str, ours: Signer, theirs: Signer) -> None:
        assert theirs is not ours
        verify_binding(body(kind, Told(PAYLOAD, b"ours", ours)), checked(), verifier_of(ours))

    def test_another_content(self, kind: str, ours: Signer, theirs: Signer) -> None:
        del theirs
        entry = body(kind, Told(OTHER_PAYLOAD, b"ours", ours))
        assert "other content" in refused(entry, checked(), verifier_of(ours))

    def test_another_signer(self, kind: str, ours: Signer, theirs: Signer) -> None:
        """Somebody logs our signature and content under a key of his own, or we meet his."""
        entry = body(kind, Told(PAYLOAD, b"ours", theirs))
        assert "signer" in refused(entry, checked(), verifier_of(ours))
        entry = body(kind, Told(PAYLOAD, b"ours", ours))
        assert "signer" in refused(entry, checked(), verifier_of(theirs))

    def test_a_signer_of_the_other_sort(self, kind: str, ours: Signer, theirs: Signer) -> None:
        """A key is not a certificate; a certificate that holds the key is the key's (Docker logs such)."""
        del theirs
        sort = KEY if ours is OURS else OURS
        refused(body(kind, Told(PAYLOAD, b"ours", sort)), checked(), verifier_of(ours))


@pytest.mark.parametrize("kind", NAMING_SIGNATURES)
@pytest.mark.parametrize("signer", [OURS, KEY], ids=["certificate", "key"])
def test_another_signature(kind: str, signer: Signer) -> None:
    entry = body(kind, Told(PAYLOAD, b"theirs", signer))
    assert "signature" in refused(entry, checked(), verifier_of(signer))


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
def test_signature_and_signer_must_stand_together(kind: str) -> None:
    """Two signatures in one entry: ours under their key, theirs under ours. Neither is ours under our key."""
    document = json.loads(body(kind, Told(PAYLOAD, b"ours", THEIRS)))
    other = json.loads(body(kind, Told(PAYLOAD, b"theirs", OURS)))
    _signatures(document).extend(_signatures(other))
    refused(json.dumps(document).encode(), checked(), verifier_of(OURS))
    good = json.loads(body(kind, Told(PAYLOAD, b"ours", OURS)))
    _signatures(document).extend(_signatures(good))
    verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))


def _signatures(document: dict[str, Any]) -> list[Any]:
    spec = document["spec"]
    found: list[Any] = spec["signatures"] if "signatures" in spec else spec["content"]["envelope"]["signatures"]
    return found


def test_a_key_inside_a_certificate_of_its_own_is_that_key() -> None:
    holder = Signer(OURS.key)
    for kind in ("hashedrekord/0.0.1", "dsse/0.0.1", "intoto/0.0.1", "intoto/0.0.2"):
        verify_binding(body(kind, Told(PAYLOAD, b"ours", OURS)), checked(), holder.public)
        refused(body(kind, Told(PAYLOAD, b"ours", holder)), checked(), verifier_of(OURS))


class TestWhole:
    """intoto/0.0.1 may name the envelope as a whole, or its payload."""

    def entry(self, whole: bytes, payload: bytes) -> bytes:
        document = json.loads(body("intoto/0.0.1", Told(payload, b"", OURS)))
        document["spec"]["content"]["hash"]["value"] = hashlib.sha256(whole).hexdigest()
        return json.dumps(document).encode()

    def test_either_is_enough(self) -> None:
        sealed = replace(checked(), envelope=WHOLE)
        verify_binding(self.entry(WHOLE, OTHER_PAYLOAD), sealed, verifier_of(OURS))
        verify_binding(self.entry(b"another", PAYLOAD), sealed, verifier_of(OURS))

    def test_neither_is_refused(self) -> None:
        sealed = replace(checked(), envelope=WHOLE)
        refused(self.entry(b"another", OTHER_PAYLOAD), sealed, verifier_of(OURS))
        refused(self.entry(b"", OTHER_PAYLOAD), checked(), verifier_of(OURS))


@pytest.mark.parametrize("kind", ["hashedrekord/0.0.1", "hashedrekord/0.0.2"])
def test_where_only_a_hash_was_signed(kind: str) -> None:
    """A message signature: the artifact itself is not here."""
    message = pae(IN_TOTO, PAYLOAD)
    over = CheckedSignature(b"", b"", b"ours", content_hash=hashlib.sha256(message).hexdigest())
    entry = body(kind, Told(PAYLOAD, b"ours", OURS))
    verify_binding(entry, over, verifier_of(OURS))
    refused(entry, replace(over, content_hash="00" * 32), verifier_of(OURS))
    refused(body(kind, Told(b"", b"ours", OURS)), over, verifier_of(OURS))


def test_an_entry_may_name_the_payload_s_hash_instead_of_the_encoding_s() -> None:
    """What cosign writes for envelopes in its older layout."""
    told = entry_body("hashedrekord/0.0.1", PAYLOAD, PAYLOAD, b"ours", OURS.pem)
    verify_binding(told, checked(), verifier_of(OURS))


def test_an_older_log_hashes_with_sha256_alone() -> None:
    document = json.loads(body("hashedrekord/0.0.2", Told(PAYLOAD, b"ours", OURS)))
    document["spec"]["hashedRekordV002"]["data"]["algorithm"] = "SHA2_512"
    refused(json.dumps(document).encode(), checked(), verifier_of(OURS))


@pytest.mark.parametrize("kind", ["dsse/0.0.2", "cose/0.0.1", "None/None", "hashedrekord/0.0.9"])
def test_other_kinds_are_not_supported(kind: str) -> None:
    name, _, version = kind.partition("/")
    entry = {} if name == "None" else {"kind": name, "apiVersion": version, "spec": {}}
    with pytest.raises(UndecidableError) as error:
        verify_binding(json.dumps(entry).encode(), checked(), verifier_of(OURS))
    assert error.value.code is SignatureReason.UNSUPPORTED


SPOILT: tuple[Callable[[Any], Any], ...] = (
    lambda _: None,
    lambda _: 7,
    lambda _: [],
    lambda _: {"x": []},
    lambda value: value[:-1] if isinstance(value, str) else "x",
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_of_another_shape_binds_nothing(kind: str) -> None:
    """Every value of an honest entry, replaced by something else: it is refused, or does not parse, and never holds."""
    honest = json.loads(body(kind, Told(PAYLOAD, b"ours", OURS)))
    for place in _places(honest["spec"]):
        for spoil in SPOILT:
            document = json.loads(json.dumps(honest))
            _replace(document["spec"], place, spoil)
            if kind == "intoto/0.0.1" and "hash" in place:
                continue  # the payload's hash is enough
            if "algorithm" in place or "envelopeHash" in place or "payloadType" in place:
                continue  # a word about the value beside it, or a part that is not compared
            with pytest.raises((RefusedError, MalformedError)):
                verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))


def _places(value: Any, *path: str | int) -> list[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(one for key, item in inner for one in _places(item, *path, key))]


def _replace(value: Any, place: tuple[str | int, ...], spoil: Callable[[Any], Any]) -> None:  # noqa: ANN401 - JSON
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = spoil(value[place[-1]])


def test_a_signer_that_is_no_key_at_all() -> None:
    for pem in (b"", b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", b"x" * (PEM_MAX + 1)):
        document = json.loads(body("dsse/0.0.1", Told(PAYLOAD, b"ours", OURS)))
        document["spec"]["signatures"][0]["verifier"] = b64encode(pem).decode()
        with pytest.raises((RefusedError, MalformedError)):
            verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))


def test_certificates_are_compared_whole() -> None:
    """The same key in another certificate is another signer: the name in it differs."""
    assert isinstance(OURS.certificate, x509.Certificate)
    same_key = SIGSTORE.signer("https://github.com/thief/app", key=OURS.key)
    for kind in KINDS:
        refused(body(kind, Told(PAYLOAD, b"ours", same_key)), checked(), verifier_of(OURS))


@pytest.mark.parametrize(
    ("kind", "path", "what"),
    [
        ("hashedrekord/0.0.1", ("signature", "content"), "the log entry's signature is not base64"),
        ("hashedrekord/0.0.1", ("signature", "publicKey", "content"), "the log entry's signer is not base64"),
        ("hashedrekord/0.0.2", ("hashedRekordV002", "data", "digest"), "the log entry is not base64"),
        ("intoto/0.0.2", ("content", "envelope", "signatures", 0, "sig"), "the log entry's signature is not base64"),
    ],
)
def test_what_does_not_parse_is_named(kind: str, path: tuple[str | int, ...], what: str) -> None:
    document = json.loads(body(kind, Told(PAYLOAD, b"ours", OURS)))
    _replace(document["spec"], path, lambda _: "%%%")
    with pytest.raises(MalformedError) as error:
        verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))
    assert str(error.value) == what


def test_an_entry_that_is_not_json() -> None:
    with pytest.raises(MalformedError, match=r"^the log entry"):
        verify_binding(b"{", checked(), verifier_of(OURS))


def test_a_signer_of_the_greatest_length_is_read() -> None:
    document = json.loads(body("dsse/0.0.1", Told(PAYLOAD, b"ours", OURS)))
    document["spec"]["signatures"][0]["verifier"] = b64encode(OURS.pem + b"\n" * (PEM_MAX - len(OURS.pem))).decode()
    verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))


def test_of_many_signatures_in_one_entry_the_first_64_are_read() -> None:
    document = json.loads(body("dsse/0.0.1", Told(PAYLOAD, b"ours", OURS)))
    other = _signatures(json.loads(body("dsse/0.0.1", Told(PAYLOAD, b"theirs", THEIRS))))
    document["spec"]["signatures"] = [*other * 63, *_signatures(document)]
    verify_binding(json.dumps(document).encode(), checked(), verifier_of(OURS))
    document["spec"]["signatures"] = [*other, *_signatures(document)]
    refused(json.dumps(document).encode(), checked(), verifier_of(OURS))
