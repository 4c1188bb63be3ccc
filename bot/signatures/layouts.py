"""The one table of layouts: how each is recognised, and which module verifies it. The first row that fits counts.

The module is imported when the first layer of its layout is met: an image that is signed by a key needs nothing of
bundles, and nobody needs all of them. A new layout is one file that makes a LayoutRule, its name in Layout, and one
line here; see README.md.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

from bot.attestations.layer_types import is_envelope
from bot.attestations.statement import DSSE
from bot.signatures.discovery import Source
from bot.signatures.layers import SignatureLayer, plain_kind
from bot.signatures.media_types import BUNDLE_TYPE, CERTIFICATE, NOTATION, SIGNATURE, SIMPLE_SIGNING
from bot.signatures.signature import Layout
from bot.values import replace

if TYPE_CHECKING:
    from bot.signatures.layout import LayoutRule


class LayoutRow(Struct, frozen=True):
    """`recognise` decides by the layer's media type, its annotations and where it was found, never by its bytes.

    The layout's LayoutRule has this `name` in that `module`.
    """

    recognise: Callable[[SignatureLayer], bool]
    module: str
    name: str = "layout"


def is_bundle(layer: SignatureLayer) -> bool:
    """By its media type, in either spelling."""
    return layer.media_type.startswith(BUNDLE_TYPE)


def is_cosign(layer: SignatureLayer) -> bool:
    """A simple signing document, or an envelope where cosign puts envelopes."""
    if layer.media_type == SIMPLE_SIGNING:
        return True
    beside = not {CERTIFICATE, SIGNATURE}.isdisjoint(layer.annotations)
    return layer.media_type == DSSE and (layer.source is Source.ATT or beside)


def _is_notation(layer: SignatureLayer) -> bool:
    return NOTATION in (layer.artifact_type, layer.config_type)


def _is_hardened(layer: SignatureLayer) -> bool:
    return layer.source is Source.HARDENED and (is_bundle(layer) or is_cosign(layer))


def _is_stored_at_github(layer: SignatureLayer) -> bool:
    return layer.source is Source.GITHUB_API


def _is_cosign_tag(layer: SignatureLayer) -> bool:
    return is_cosign(layer) and layer.source is not Source.REFERRER


def _is_cosign_referrer(layer: SignatureLayer) -> bool:
    return is_cosign(layer) and layer.source is Source.REFERRER


def _is_docker_dsse(layer: SignatureLayer) -> bool:
    return is_envelope(layer.media_type)


_BUNDLES: Final = "bot.signatures.bundles.procedure"
_COSIGN: Final = "bot.signatures.cosign.procedure"

LAYOUTS: Final[Mapping[Layout, LayoutRow]] = {
    Layout.NOTATION: LayoutRow(_is_notation, "bot.signatures.notation.procedure"),
    Layout.DHI: LayoutRow(_is_hardened, "bot.signatures.docker_hardened.layout"),
    Layout.GITHUB_API: LayoutRow(_is_stored_at_github, _BUNDLES),  # the same bundles, found elsewhere (stored.py)
    Layout.BUNDLE: LayoutRow(is_bundle, _BUNDLES),
    Layout.COSIGN_TAG: LayoutRow(_is_cosign_tag, _COSIGN),
    Layout.COSIGN_REFERRER: LayoutRow(_is_cosign_referrer, _COSIGN),
    Layout.DOCKER_DSSE: LayoutRow(_is_docker_dsse, "bot.signatures.docker_dsse"),
}


def recognise(layer: SignatureLayer) -> SignatureLayer | None:
    """The layer with its layout, or as the plain document that it is; None when it is nothing that we know."""
    for layout, row in LAYOUTS.items():
        if row.recognise(layer):
            return replace(layer, layout=layout)
    kind = plain_kind(layer)
    return replace(layer, kind=kind) if kind else None


@cache
def rule_of(layout: Layout) -> "LayoutRule":
    """How a layer of that layout is opened and verified."""
    row = LAYOUTS[layout]
    return cast("LayoutRule", getattr(import_module(row.module), row.name))
