"""Bundles, cosign's payloads, Docker's and Notation's envelopes, keys and roots: judged, and never valid."""

import json
from collections.abc import Iterator
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import MalformedError
from bot.signatures.bundles.document import read_bundle
from bot.signatures.keys import read_der, read_pem
from bot.signatures.roots.root import Trust, read_root
from bot.signatures.signature import Signature, SignatureState
from handlers.webhooks.google_keys import read_keys
from handlers.webhooks.google_token import key_id
from tests.fuzz.reader import Reader, text_of
from tests.private_sigstore import DSSE, SIMPLE_SIGNING, PrivateSigstore, statement
from tests.signatures.judged import DIGEST, bundle, docker, jws, layer

GOOGLE_KEYS = b'{"keys":[{"kid":"a","kty":"RSA","alg":"RS256","use":"sig","n":"%s","e":"AQAB"}]}' % (b"wJ7x" * 86)


@cache
def _sigstore() -> PrivateSigstore:
    return PrivateSigstore()


@cache
def _trust() -> Trust:
    root = _sigstore().trust()
    return Trust(root.roots, notation=(_sigstore().fulcio.ca,))


def _public(encoding: Encoding) -> bytes:
    return _sigstore().fulcio.ct_key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def _judged(signature: Signature) -> None:
    """Each is signed for another digest than is asked about, or by nobody."""
    assert signature.state is not SignatureState.VALID


def _bundle(data: bytes) -> None:
    try:
        read_bundle(data)
    except MalformedError:
        return
    _judged(bundle(data, _trust(), "sha256:" + "ef" * 32))


def _cosign(data: bytes) -> None:
    """A layer with its annotations, as one document."""
    try:
        made = json.loads(data)
    except (ValueError, RecursionError):
        made = None
    if not isinstance(made, dict):
        made = {}
    notes = made.get("annotations")
    told = {str(key): str(value) for key, value in notes.items()} if isinstance(notes, dict) else {}
    inside = str(made.get("data", "")).encode(errors="replace")
    for kind in (SIMPLE_SIGNING, DSSE):
        _judged(layer({"media_type": kind, "data": inside, "annotations": told}, _trust(), "sha256:" + "ef" * 32))


def _layers() -> Iterator[bytes]:
    signer = _sigstore().signer()
    for made in (_sigstore().sig_layer(DIGEST, signer), _sigstore().att_layer(statement(DIGEST), signer)):
        yield json.dumps({"data": made["data"].decode(), "annotations": made["annotations"]}).encode()


def _bundles() -> Iterator[bytes]:
    signer = _sigstore().signer()
    old = "application/vnd.dev.sigstore.bundle+json;version=0.1"
    yield json.dumps(_sigstore().bundle(statement(DIGEST), signer, stamp=True)).encode()
    yield json.dumps(_sigstore().bundle(statement(DIGEST), signer, version=old)).encode()
    yield json.dumps(_sigstore().message_bundle(b"x", signer)).encode()


def _envelopes() -> Iterator[bytes]:
    made = _sigstore().bundle(statement(DIGEST), _sigstore().signer())
    yield json.dumps(made["dsseEnvelope"]).encode()
    yield b'{"payload":"e30","protected":"eyJhbGciOiJQUzI1NiJ9","header":{"x5c":["MIIB"]},"signature":"eA"}'


readers = (
    Reader("bundle", _bundle, _bundles),
    Reader("cosign-layer", _cosign, _layers),
    Reader("docker-envelope", lambda data: _judged(docker(data, _trust())), _envelopes),
    Reader("notation", lambda data: _judged(jws(data, _trust())), _envelopes),
    Reader(
        "trusted-root",
        lambda data: read_root(data, name="root.json"),
        lambda: (json.dumps(_sigstore().root()).encode(),),
    ),
    Reader("key-pem", read_pem, lambda: (_public(Encoding.PEM),)),
    Reader("key-der", read_der, lambda: (_public(Encoding.DER),)),
    Reader("google-keys", read_keys, lambda: (GOOGLE_KEYS,)),
    Reader("google-token", lambda data: key_id(text_of(data)), lambda: (b"eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.eA",)),
)
