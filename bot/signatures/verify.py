"""One layer's bytes judged: the signature's verdict, and the statement that it carries, for the rules on presence."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from time import thread_time
from typing import TYPE_CHECKING, Final, TypeVar

from bot.attestations.layer_types import ATTESTATION_MANIFEST
from bot.attestations.reading import StatementEvidence, read_statement, unread
from bot.attestations.statement import COSIGN_SIGN, IN_TOTO
from bot.errors import MalformedError, OverLimitError, UndecidableError
from bot.oci.ambiguity import reading
from bot.signatures.discovery import Source
from bot.signatures.dsse import claimed_type
from bot.signatures.layers import LayerKind, SignatureLayer
from bot.signatures.layouts import rule_of
from bot.signatures.pipeline import verify
from bot.signatures.reason import SignatureReason
from bot.signatures.result import JudgedLayer
from bot.signatures.roots.root import Trust
from bot.signatures.search import AttachedStatement, EnvelopeLayer
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.signatures.verdict import SignaturePlace, judge, unverifiable
from bot.unreadable import UnknownReason, Unreadable, unreadable
from bot.values import replace

if TYPE_CHECKING:  # few images have one beside the index
    from bot.attestations.sbom import Sbom

JUDGING_SECONDS: Final = 20.0
"""Of processor time for the layers of one search; a real signature takes some milliseconds, and flooding is free."""

ENVELOPES_MAX: Final = 128
"""Envelopes in attestation manifests that are judged; Docker's own images have two a platform."""

T = TypeVar("T")
R = TypeVar("R")


def judge_layers(
    whole: list[tuple[SignatureLayer, bytes]],
    trust: Trust,
    now: datetime,
    *,
    clock: Callable[[], float] = thread_time,
) -> tuple[list[JudgedLayer], int]:
    """The verdicts, and how many layers were left when JUDGING_SECONDS were over. CPU only; raises nothing."""
    judged, left = _in_time(whole, lambda pair: judge_layer(*pair, trust, now), clock)
    return list(chain.from_iterable(judged)), left


def judge_layer(layer: SignatureLayer, data: bytes, trust: Trust, now: datetime) -> list[JudgedLayer]:
    """Verify the layer and read what it says; several only where a layer holds a list of bundles."""
    with reading(layer.descriptor.digest):
        return _judge_layer(layer, data, trust, now)


def _judge_layer(layer: SignatureLayer, data: bytes, trust: Trust, now: datetime) -> list[JudgedLayer]:
    if layer.kind is LayerKind.SBOM:
        return [JudgedLayer(attached=_attached_sbom(layer, data))]
    if layer.layout is None:
        return [JudgedLayer(attached=_attached(layer, data))]
    place = SignaturePlace(layer.layout, layer.about, layer.manifest)
    try:
        documents = rule_of(layer.layout).split(layer, data)
    except OverLimitError as error:
        return [JudgedLayer(unverifiable(place, SignatureReason.OVER_LIMIT, str(error)), _unread(layer, error))]
    return [_judged(layer, place, document, trust, now) for document in documents]


def judge_envelopes(
    envelopes: Sequence[EnvelopeLayer], trust: Trust, *, clock: Callable[[], float] = thread_time
) -> tuple[Signature, ...]:
    """Verify envelopes that stood inside attestation manifests. What is too much is said once for each platform."""
    judged, _ = _in_time(envelopes[:ENVELOPES_MAX], lambda one: _judged_envelope(one, trust), clock)
    rest = {one.digest: one for one in envelopes[len(judged) :]}
    why = f"{len(envelopes)} envelopes are there, {len(judged)} of them were judged (ENVELOPES_MAX, JUDGING_SECONDS)"
    return (*judged, *(unverifiable(_place(one), SignatureReason.OVER_LIMIT, why) for one in rest.values()))


def _in_time(items: Sequence[T], judge_one: Callable[[T], R], clock: Callable[[], float]) -> tuple[list[R], int]:
    """What became of the items, and how many were left when the time was over."""
    until = clock() + JUDGING_SECONDS
    done: list[R] = []
    for item in items:
        if clock() > until:
            break
        done.append(judge_one(item))
    return done, len(items) - len(done)


def _judged(layer: SignatureLayer, place: SignaturePlace, data: bytes, trust: Trust, now: datetime) -> JudgedLayer:
    """A statement whose signature was refused counts for nothing: somebody forged or moved it.

    One that could not be verified counts as BuildKit's own do, which nobody signs.
    """
    rule = rule_of(place.layout)
    signature = judge(place, lambda: verify(rule.open(layer, data, now), layer.about, trust))
    try:
        payload = rule.statement(layer, data)
    except (UndecidableError, OverLimitError) as error:
        return JudgedLayer(signature, _unread(layer, error))
    refused = signature.state is SignatureState.INVALID
    return JudgedLayer(_claiming(signature, payload), None if refused or not payload else _attached(layer, payload))


def _judged_envelope(one: EnvelopeLayer, trust: Trust) -> Signature:
    from bot.signatures import docker_dsse  # noqa: PLC0415 - Docker's own images alone have them

    signature = judge(_place(one), lambda: verify(docker_dsse.procedure(one.data), one.digest, trust))
    return _claiming(signature, docker_dsse.claimed_statement(one.data))


def _claiming(signature: Signature, payload: bytes) -> Signature:
    """What an unproved statement claims to be, beside the reason; a valid one is known to be it."""
    if signature.state is SignatureState.VALID or not payload:
        return signature
    return replace(signature, predicate_type=claimed_type(payload))


def _place(one: EnvelopeLayer) -> SignaturePlace:
    return SignaturePlace(Layout.DOCKER_DSSE, one.digest, one.manifest)


def _attached(layer: SignatureLayer, payload: bytes) -> AttachedStatement | None:
    """The statement as evidence; cosign's plain image signature says nothing else and is none."""
    reading = read_statement(payload, layer.about, _told(layer, layer.announced))
    if reading.statement.predicate_type == COSIGN_SIGN:
        return None
    is_of_build = layer.source.is_referrer and layer.layout is None and layer.artifact_type == ATTESTATION_MANIFEST
    where = _where(layer)
    found = AttachedStatement(layer.about, where, reading.statement, reading.provenance, reading.sbom, is_of_build)
    return _held(layer, found)


def _unread(layer: SignatureLayer, error: UndecidableError | OverLimitError) -> AttachedStatement:
    """A layer that may hold a statement which others can read, so nothing that it may be is absent."""
    what = f"attestation {layer.descriptor.digest}: {error}"
    code = UnknownReason.OVER_LIMIT if isinstance(error, OverLimitError) else UnknownReason.UNSUPPORTED
    reading = unread(_told(layer, layer.announced), Unreadable(what, code, layer.descriptor.digest))
    return _held(
        layer, AttachedStatement(layer.about, _where(layer), reading.statement, reading.provenance, reading.sbom)
    )


def _attached_sbom(layer: SignatureLayer, data: bytes) -> AttachedStatement | None:
    """A plain document under `.sbom`; unless it is a statement after all, which its media type must allow."""
    from bot.attestations.sbom_reading import read_whole_sbom  # noqa: PLC0415 - few images have one

    what = f"SBOM {layer.descriptor.digest}"
    try:
        sbom: Sbom | Unreadable = read_whole_sbom(data, what=what)
    except MalformedError as error:
        if layer.media_type == IN_TOTO:
            return _attached(layer, data)
        sbom = unreadable(error, layer.descriptor.digest)
    return _held(layer, AttachedStatement(layer.about, _where(layer), None, sbom=sbom))


def _held(layer: SignatureLayer, found: AttachedStatement) -> AttachedStatement:
    """The same with what is known of the place: tools that read the image look in some places and not in others."""
    return replace(found, manifest=layer.manifest, source=layer.source, layout=layer.layout)


def _told(layer: SignatureLayer, announced: str) -> StatementEvidence:
    return StatementEvidence(
        digest=layer.descriptor.digest,
        manifest=layer.manifest,
        predicate_type=announced,
        annotated_type=announced,
        size=layer.descriptor.size,
    )


def _where(layer: SignatureLayer) -> str:
    if layer.source.is_referrer:
        return Source.REFERRER.value
    return layer.source.value if layer.source is Source.GITHUB_API else "cosign-tag"
