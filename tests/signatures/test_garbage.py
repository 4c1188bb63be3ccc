"""Whatever bytes come in: a verdict comes out, and it is never valid."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.signatures.roots.root import Trust, read_root
from bot.signatures.signature import SignatureState
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import DIGEST, bundle, docker, jws, layer

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SIGSTORE = PrivateSigstore()
SIGNER = SIGSTORE.signer()
TRUST = SIGSTORE.trust()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@few
@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_bytes(data: bytes) -> None:
    notation = Trust(notation=(SIGSTORE.fulcio.ca,))
    verdicts = [
        bundle(data, TRUST),
        docker(data, TRUST),
        jws(data, notation),
        *(layer({"media_type": kind, "data": data, "annotations": _annotations()}, TRUST) for kind in _KINDS),
    ]
    assert all(verdict.state is not SignatureState.VALID for verdict in verdicts)


@few
@given(st.text(max_size=200))
def test_annotations(text: str) -> None:
    for name in _annotations():
        made = SIGSTORE.sig_layer(DIGEST, SIGNER)
        made["annotations"][name] = text
        assert layer(made, TRUST).state is not SignatureState.VALID


@few
@given(st.data())
def test_a_bundle_with_any_value_anywhere(data: st.DataObject) -> None:
    made = SIGSTORE.bundle(statement(DIGEST), SIGNER)
    where, key = data.draw(st.sampled_from(list(_places(made))))
    before = where[key]
    value = data.draw(json_values)
    where[key] = value
    if value != before and bundle(made, TRUST).state is SignatureState.VALID:
        assert key in _HARMLESS


@few
@given(json_values)
def test_a_root(value: object) -> None:
    try:
        read_root(json.dumps(value).encode(), name="root.json")
    except MalformedError as error:
        assert "root.json" in str(error)  # noqa: PT017 - both ends are fine, this one says which file
    else:
        raise AssertionError("no JSON of these is a root")


_KINDS = ("application/vnd.dev.cosign.simplesigning.v1+json", "application/vnd.dsse.envelope.v1+json")
_HARMLESS = {"keyid", "logIndex", "mediaType", "timestampVerificationData"}
"""What nothing depends on: hints; the entry's own index is bound by the promise, the proof's by the tree."""


def _annotations() -> dict[str, str]:
    annotations: dict[str, str] = dict(SIGSTORE.sig_layer(DIGEST, SIGNER)["annotations"])
    return annotations


def _places(document: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield document, key
        if isinstance(value, dict | list):
            yield from _places(value, depth + 1)
