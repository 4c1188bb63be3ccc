"""The signatures of Docker Hardened Images: cosign's layers or bundles in a second registry."""

from collections.abc import Iterable
from datetime import datetime

from bot.signatures.bundles import procedure as bundles
from bot.signatures.cosign import procedure as cosign
from bot.signatures.layers import SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.layouts import is_bundle
from bot.signatures.pipeline import Procedure


def _of(layer: SignatureLayer) -> LayoutRule:
    return bundles.layout if is_bundle(layer) else cosign.layout


def _open(layer: SignatureLayer, data: bytes, now: datetime) -> Procedure:
    return _of(layer).open(layer, data, now)


def _split(layer: SignatureLayer, data: bytes) -> Iterable[bytes]:
    return _of(layer).split(layer, data)


layout = LayoutRule(open=_open, split=_split)
"""Layout `dhi`. The statement that a signature is about is a layer of its own, and is read there."""
