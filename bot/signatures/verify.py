"""One layer's bytes judged: the signature's verdict, and the statement that it carries, for the rules on presence."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from time import thread_time
from typing import Final, TypeVar

from bot.attestations.reading import StatementEvidence, read_statement
from bot.attestations.sbom_reading import read_sbom
from bot.attestations.statement import COSIGN_SIGN, DSSE
from bot.errors import MalformedError, UndecidableError
from bot.signatures.bundles.document import split_bundles
from bot.signatures.bundles.verify import claimed_statement, verify_bundle
from bot.signatures.cosign.keyed import verify_keyed
from bot.signatures.cosign.keyless import verify_keyless
from bot.signatures.cosign.layer import CosignLayer
from bot.signatures.discovery import Source
from bot.signatures.docker_dsse import verify_docker
from bot.signatures.dsse import claimed_type, open_envelope
from bot.signatures.layers import Kind, SignatureLayer
from bot.signatures.notation.jws import verify_notation
from bot.signatures.result import JudgedLayer
from bot.signatures.roots.root import Trust
from bot.signatures.search import Attached, EnvelopeLayer
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.signatures.verdict import SignaturePlace, Verified, judge, unverifiable
from bot.unreadable import Unreadable

JUDGING_SECONDS: Final = 20.0
"""Of processor time for the layers of one search; a real signature takes some milliseconds, and flooding is free."""

SEALED_MAX: Final = 128
"""Envelopes in attestation manifests that are judged; Docker's own images have two a platform."""

T = TypeVar("T")
R = TypeVar("R")


def judge_layers(
    whole: list[tuple[SignatureLayer, bytes]], trust: Trust, now: datetime, *, clock: Callable[[], float] = thread_time
) -> tuple[list[JudgedLayer], int]:
    """The verdicts, and how many layers were left when JUDGING_SECONDS were over. CPU only; raises nothing."""
    judged, left = _in_time(whole, lambda pair: judge_layer(*pair, trust, now), clock)
    return list(chain.from_iterable(judged)), left


def judge_layer(item: SignatureLayer, data: bytes, trust: Trust, now: datetime) -> list[JudgedLayer]:
    """Verify the layer and read what it says; several only where a layer holds a list of bundles."""
    if item.kind is Kind.SBOM:
        return [JudgedLayer(attached=_attached_sbom(item, data))]
    if item.kind is Kind.STATEMENT:
        return [JudgedLayer(attached=_attached(item, data))]
    documents = split_bundles(data) if item.kind is Kind.BUNDLE else (data,)
    return [_judged(item, document, trust, now) for document in documents]


def judge_sealed(
    sealed: Sequence[EnvelopeLayer], trust: Trust, *, clock: Callable[[], float] = thread_time
) -> tuple[Signature, ...]:
    """Verify envelopes that stood inside attestation manifests. What is too much is said once for each platform."""
    judged, _ = _in_time(sealed[:SEALED_MAX], lambda one: _sealed(one, trust), clock)
    rest = {one.digest: one for one in sealed[len(judged) :]}
    why = f"not judged: there are {len(sealed)} envelopes, which is more than anybody needs"
    return (*judged, *(unverifiable(_place(one), why) for one in rest.values()))


def _in_time(items: Sequence[T], judge_one: Callable[[T], R], clock: Callable[[], float]) -> tuple[list[R], int]:
    """What became of the items, and how many were left when the time was over."""
    until = clock() + JUDGING_SECONDS
    done: list[R] = []
    for item in items:
        if clock() > until:
            break
        done.append(judge_one(item))
    return done, len(items) - len(done)


def _judged(item: SignatureLayer, data: bytes, trust: Trust, now: datetime) -> JudgedLayer:
    """A statement whose signature was refused is known to be somebody's invention, and counts for nothing.

    One that could not be verified counts as BuildKit's own do, which nobody signs.
    """
    signature = judge(SignaturePlace(item.layout, item.about, item.manifest), _procedure(item, data, trust, now))
    payload = _payload(item, data)
    refused = signature.state is SignatureState.INVALID
    return JudgedLayer(_claiming(signature, payload), None if refused or not payload else _attached(item, payload))


def _sealed(one: EnvelopeLayer, trust: Trust) -> Signature:
    signature = judge(_place(one), lambda: verify_docker(one.data, one.digest, trust))
    return _claiming(signature, _enveloped(one.data))


def _claiming(signature: Signature, payload: bytes) -> Signature:
    """What an unproved statement claims to be, beside the reason; a valid one is known to be it."""
    if signature.state is SignatureState.VALID or not payload:
        return signature
    return replace(signature, predicate_type=claimed_type(payload))


def _place(one: EnvelopeLayer) -> SignaturePlace:
    return SignaturePlace(Layout.DOCKER_DSSE, one.digest, one.manifest)


def _procedure(item: SignatureLayer, data: bytes, trust: Trust, now: datetime) -> Callable[[], Verified]:
    match item.kind:
        case Kind.BUNDLE:
            return lambda: verify_bundle(data, item.about, trust)
        case Kind.NOTATION:
            return lambda: verify_notation(data, item.layer.media_type, item.about, trust, now)
        case Kind.DOCKER:
            return lambda: verify_docker(data, item.about, trust)
        case _:
            layer = CosignLayer(item.layer.media_type, data, item.layer.annotations)
            verify = verify_keyless if layer.has_certificate else verify_keyed
            return lambda: verify(layer, item.about, trust)


def _payload(item: SignatureLayer, data: bytes) -> bytes:
    """The statement in the layer, unproved; empty when it holds none, or none that can be read."""
    if item.kind is Kind.BUNDLE:
        return claimed_statement(data)
    return _enveloped(data) if item.kind is Kind.DOCKER or item.layer.media_type == DSSE else b""


def _enveloped(data: bytes) -> bytes:
    try:
        return open_envelope(data).payload
    except (MalformedError, UndecidableError):
        return b""


def _attached(item: SignatureLayer, payload: bytes) -> Attached | None:
    """The statement as evidence; cosign's plain image signature says nothing else and is none."""
    reading = read_statement(payload, item.about, _told(item, item.announced))
    if reading.statement.predicate_type == COSIGN_SIGN:
        return None
    return Attached(item.about, _where(item), reading.statement, reading.provenance, reading.sbom)


def _attached_sbom(item: SignatureLayer, data: bytes) -> Attached:
    told = _told(item, "")
    try:
        return Attached(item.about, _where(item), told, sbom=read_sbom(data, what=f"SBOM {item.layer.digest}"))
    except MalformedError as error:
        return Attached(item.about, _where(item), told, sbom=Unreadable(str(error)))


def _told(item: SignatureLayer, announced: str) -> StatementEvidence:
    return StatementEvidence(
        digest=item.layer.digest,
        manifest=item.manifest,
        predicate_type=announced,
        annotated_type=announced,
        size=item.layer.size,
    )


def _where(item: SignatureLayer) -> str:
    match item.source:
        case Source.REFERRER | Source.GITHUB_API:
            return item.source.value
        case _:
            return "cosign-tag"
