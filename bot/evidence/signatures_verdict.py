"""One layer's bytes judged: the signature's verdict, and the statement that it carries, for the rules on presence."""

from collections.abc import Callable
from datetime import datetime

from bot.attestations.sbom_reading import read_sbom
from bot.attestations.signature import Layout, Signature, SignatureState
from bot.attestations.statement import COSIGN_SIGN, DSSE, Envelope
from bot.attestations.trust.bundle import claimed_statement, verify_bundle
from bot.attestations.trust.docker import verify_docker
from bot.attestations.trust.dsse import claimed_type
from bot.attestations.trust.layer import CosignLayer
from bot.attestations.trust.legacy import verify_keyless
from bot.attestations.trust.notation import verify_notation
from bot.attestations.trust.public_key import verify_keyed
from bot.attestations.trust.root import Trust
from bot.attestations.trust.verdict import Place, Verified, judge
from bot.errors import MalformedError
from bot.evidence import StatementEvidence, Unreadable
from bot.evidence.search import Attached, Sealed
from bot.evidence.signatures_carrier import Item, Kind
from bot.evidence.signatures_haul import Judged
from bot.evidence.signatures_leads import Via
from bot.evidence.statements import read_statement
from bot.oci.manifest import read


def judge_item(item: Item, data: bytes, trust: Trust, now: datetime) -> Judged:
    """Verify the layer and read what it says. CPU only; raises nothing.

    A statement whose signature was refused is known to be somebody's invention, and counts for nothing. One that
    could not be verified counts as BuildKit's own do, which nobody signs.
    """
    if item.kind is Kind.SBOM:
        return Judged(attached=_attached_sbom(item, data))
    payload = _payload(item, data)
    if item.kind is Kind.STATEMENT:
        return Judged(attached=_attached(item, payload))
    place = Place(item.layout, item.about, item.carrier)
    signature = judge(
        place, _procedure(item, data, trust, now), predicate_type=claimed_type(payload) if payload else ""
    )
    refused = signature.state is SignatureState.INVALID
    return Judged(signature, None if refused or not payload else _attached(item, payload))


def judge_sealed(sealed: Sealed, trust: Trust) -> Signature:
    """Verify an envelope that stood inside an attestation manifest."""
    place = Place(Layout.DOCKER_DSSE, sealed.digest, sealed.carrier)
    return judge(place, lambda: verify_docker(sealed.data, sealed.digest, trust))


def _procedure(item: Item, data: bytes, trust: Trust, now: datetime) -> Callable[[], Verified]:
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


def _payload(item: Item, data: bytes) -> bytes:
    """The statement in the layer, unproved; empty when it holds none, or none that can be read."""
    if item.kind is Kind.STATEMENT:
        return data
    if item.kind is Kind.BUNDLE:
        return claimed_statement(data)
    if item.kind is not Kind.DOCKER and item.layer.media_type != DSSE:
        return b""
    try:
        return read(data, Envelope, what="the envelope").body()
    except MalformedError:
        return b""


def _attached(item: Item, payload: bytes) -> Attached | None:
    """The statement as evidence; cosign's plain image signature says nothing else and is none."""
    reading = read_statement(payload, item.about, _told(item, item.announced))
    if reading.statement.predicate_type == COSIGN_SIGN:
        return None
    return Attached(item.about, _where(item), reading.statement, reading.provenance, reading.sbom)


def _attached_sbom(item: Item, data: bytes) -> Attached:
    told = _told(item, "")
    try:
        return Attached(item.about, _where(item), told, sbom=read_sbom(data, what=f"SBOM {item.layer.digest}"))
    except MalformedError as error:
        return Attached(item.about, _where(item), told, sbom=Unreadable(str(error)))


def _told(item: Item, announced: str) -> StatementEvidence:
    return StatementEvidence(
        digest=item.layer.digest,
        carrier=item.carrier,
        predicate_type=announced,
        annotated_type=announced,
        size=item.layer.size,
    )


def _where(item: Item) -> str:
    return "referrer" if item.via is Via.REFERRER else "cosign-tag"
