"""The one table of layouts: how each is recognised and verified. The first row that recognises a layer takes it.

A new layout is one file that makes a LayoutRule, its name in Layout, and one line here; see README.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.signatures import docker_dsse, github_api
from bot.signatures.bundles import procedure as bundles
from bot.signatures.cosign import procedure as cosign
from bot.signatures.docker_hardened import layout as docker_hardened
from bot.signatures.layers import SignatureLayer, plain_kind
from bot.signatures.layout import LayoutRule
from bot.signatures.notation import procedure as notation
from bot.signatures.signature import Layout

LAYOUTS: Final[Mapping[Layout, LayoutRule]] = {
    Layout.NOTATION: notation.layout,
    Layout.DHI: docker_hardened.layout,
    Layout.GITHUB_API: github_api.layout,
    Layout.BUNDLE: bundles.layout,
    Layout.COSIGN_TAG: cosign.tagged,
    Layout.COSIGN_REFERRER: cosign.referring,
    Layout.DOCKER_DSSE: docker_dsse.layout,
}


def recognise(layer: SignatureLayer) -> SignatureLayer | None:
    """The layer with its layout, or as the plain document that it is; None when it is nothing that we know."""
    for layout, rule in LAYOUTS.items():
        if rule.recognise(layer):
            return replace(layer, layout=layout)
    kind = plain_kind(layer)
    return replace(layer, kind=kind) if kind else None
