"""The table of layouts: each has a row, each layer finds its own, and no row lets hostile bytes pass."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.oci.manifest import Descriptor
from bot.signatures.discovery import Source
from bot.signatures.layers import LayerKind, SignatureLayer
from bot.signatures.layout import LayoutRule
from bot.signatures.layouts import LAYOUTS, recognise, rule_of
from bot.signatures.signature import Layout, SignatureState
from bot.signatures.verify import judge_layer
from tests.private_sigstore import DSSE, IN_TOTO, SIMPLE_SIGNING, PrivateSigstore, statement
from tests.signatures.judged import DIGEST, OTHER, TODAY

SIGSTORE = PrivateSigstore()
SIGNER = SIGSTORE.signer()
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
NOTATION = "application/vnd.cncf.notary.signature"
CERTIFICATE = {"dev.sigstore.cosign/certificate": "x"}


def layer(media_type: str, source: Source = Source.REFERRER, **more: Any) -> SignatureLayer:  # noqa: ANN401
    annotations = more.pop("annotations", {})
    described = Descriptor(media_type=media_type, digest=OTHER, size=1, annotations=annotations)
    return SignatureLayer(DIGEST, OTHER, described, source, **more)


SAMPLES = [
    (Layout.COSIGN_TAG, layer(SIMPLE_SIGNING, Source.SIG)),
    (Layout.COSIGN_TAG, layer(DSSE, Source.ATT)),
    (Layout.COSIGN_REFERRER, layer(SIMPLE_SIGNING)),
    (Layout.COSIGN_REFERRER, layer(DSSE, annotations=CERTIFICATE)),
    (Layout.BUNDLE, layer(BUNDLE)),
    (Layout.BUNDLE, layer("application/vnd.dev.sigstore.bundle+json;version=0.1")),
    (Layout.GITHUB_API, layer(BUNDLE, Source.GITHUB_API)),
    (Layout.DHI, layer(SIMPLE_SIGNING, Source.HARDENED)),
    (Layout.DHI, layer(BUNDLE, Source.HARDENED)),
    (Layout.NOTATION, layer("application/jose+json", artifact_type=NOTATION)),
    (Layout.NOTATION, layer("application/cose", config_type=NOTATION)),
    (Layout.DOCKER_DSSE, layer("application/vnd.in-toto.provenance+dsse")),
    (Layout.DOCKER_DSSE, layer(DSSE)),
]


def test_every_layout_has_a_row_and_a_sample() -> None:
    assert set(LAYOUTS) == set(Layout) == {layout for layout, _ in SAMPLES}


@pytest.mark.parametrize("layout", Layout)
def test_every_row_names_a_rule(layout: Layout) -> None:
    assert isinstance(rule_of(layout), LayoutRule)


@pytest.mark.parametrize(("layout", "sample"), SAMPLES)
def test_a_layer_finds_its_row(layout: Layout, sample: SignatureLayer) -> None:
    found = recognise(sample)
    assert found is not None
    assert (found.layout, found.kind) == (layout, LayerKind.SIGNATURE)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        (layer(IN_TOTO), LayerKind.STATEMENT),
        (layer("text/spdx+json", Source.SBOM), LayerKind.SBOM),
        (layer(IN_TOTO, Source.SBOM), LayerKind.SBOM),
        (layer("text/spdx+json", Source.REFERRER), LayerKind.SBOM),
    ],
)
def test_plain_documents_are_no_signatures(sample: SignatureLayer, kind: LayerKind) -> None:
    found = recognise(sample)
    assert found is not None
    assert (found.layout, found.kind) == (None, kind)


@pytest.mark.parametrize("media_type", ["", "application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.syft+json"])
def test_anything_else_is_nothing(media_type: str) -> None:
    assert recognise(layer(media_type)) is None


def test_an_sbom_where_signatures_belong_is_nothing() -> None:
    assert recognise(layer("text/spdx+json", Source.SIG)) is None


junk = st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())


@pytest.mark.parametrize(("layout", "sample"), SAMPLES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=junk)
def test_hostile_bytes_never_hold(layout: Layout, sample: SignatureLayer, data: bytes) -> None:
    del layout
    found = recognise(sample)
    assert found is not None
    for judged in judge_layer(found, data, SIGSTORE.trust(), TODAY):
        assert judged.signature is not None
        assert judged.signature.state is SignatureState.UNVERIFIABLE
        assert judged.signature.code is not None
        assert judged.attached is None or judged.attached.provenance is None


class TestFilesOfBundles:
    """JSON lines, lists, and one document over several lines."""

    def states(self, data: bytes) -> list[str]:
        found = recognise(layer(BUNDLE))
        assert found is not None
        return [one.signature.state for one in judge_layer(found, data, SIGSTORE.trust(), TODAY) if one.signature]

    def made(self, digest: str = DIGEST) -> dict[str, Any]:
        return SIGSTORE.bundle(statement(digest), SIGNER)

    @pytest.mark.parametrize("bad", [b"{broken}", b"not JSON", b'{"mediaType": "torn', b"[]", b"null", b"\xff\xfe"])
    def test_a_bad_line_costs_that_line(self, bad: bytes) -> None:
        good = json.dumps(self.made()).encode()
        for lines in ([bad, good], [good, bad], [good, bad, good], [bad, bad, good]):
            verdicts = ["valid" if line is good else "unverifiable" for line in lines]
            assert self.states(b"\n".join(lines)) == verdicts

    def test_a_refused_line_costs_that_line(self) -> None:
        lines = [json.dumps(self.made(digest)) for digest in (OTHER, DIGEST)]
        assert self.states("\n".join(lines).encode()) == ["invalid", "valid"]

    def test_an_indented_document_is_one(self) -> None:
        assert self.states(json.dumps(self.made(), indent=2).encode()) == ["valid"]
        assert self.states(json.dumps(self.made(), indent=0).encode()) == ["valid"]

    def test_a_list(self) -> None:
        assert self.states(json.dumps([self.made(OTHER), 7, self.made()]).encode()) == [
            "invalid",
            "unverifiable",
            "valid",
        ]
        assert self.states(b"[]") == ["unverifiable"]

    def test_too_many_are_said_once(self) -> None:
        line = json.dumps(self.made()).encode()
        found = recognise(layer(BUNDLE))
        assert found is not None
        [judged] = judge_layer(found, b"\n".join([line] * 65), SIGSTORE.trust(), TODAY)
        assert judged.signature is not None
        assert (judged.signature.state, judged.signature.code) == ("unverifiable", "over-limit")
