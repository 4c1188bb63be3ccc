"""Cosign's older layouts: a layer of a `.sig` or `.att` manifest, signed with a certificate or with a key.

With a certificate, the log's promise (signed entry timestamp) gives the time; these layouts bring no inclusion proof.
https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
"""

from datetime import datetime

from bot.attestations.statement import DSSE
from bot.errors import MalformedError, UndecidableError
from bot.signatures.cosign.layer import CosignLayer, certificate_of, content_of, log_entry_of, timestamps_of
from bot.signatures.dsse import open_envelope
from bot.signatures.layers import SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.pipeline import Procedure
from bot.signatures.signers import CertificateSigner, PolicyKeys
from bot.signatures.signing_time import TimeEvidence


def procedure(layer: CosignLayer) -> Procedure:
    """The slots of one layer. Raises MalformedError, UndecidableError."""
    time = TimeEvidence(log_entry_of(layer), timestamps=timestamps_of(layer))
    key = CertificateSigner(certificate_of(layer)) if layer.has_certificate else PolicyKeys()
    return Procedure(content_of(layer), key, time)


def open_layer(layer: SignatureLayer, data: bytes, _: datetime) -> Procedure:
    """The same from a layer that the search found."""
    return procedure(CosignLayer(layer.media_type, data, layer.annotations))


def claimed(layer: SignatureLayer, data: bytes) -> bytes:
    """The statement in the layer, unproved; empty when it holds none, or none that can be read."""
    if layer.media_type != DSSE:
        return b""
    try:
        return open_envelope(data).payload
    except (MalformedError, UndecidableError):
        return b""


layout = LayoutRule(open=open_layer, statement=claimed)
"""Layouts `cosign-tag` and `cosign-referrer`."""
