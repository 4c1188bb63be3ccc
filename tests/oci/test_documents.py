"""Documents of a hostile registry: what is wrong in them costs no more than what is right."""

from typing import Any, Final

import pytest
from pydantic import BaseModel, ValidationError

from bot.attestations.statement import Envelope, Statement
from bot.errors import MalformedError
from bot.evidence.config import ConfigDocument
from bot.oci.documents import fit
from bot.oci.manifest import Content, Index, Manifest
from bot.signatures.bundles.document import Bundle, Material

DESCRIPTOR: Final = {"digest": "sha256:" + "ab" * 32, "size": 1}
MANY: Final = 1000

FLOODS: Final[dict[str, tuple[type[BaseModel], dict[str, Any]]]] = {
    "layers": (Manifest, {"config": DESCRIPTOR, "layers": [0] * MANY}),
    "layers without a digest": (Manifest, {"config": DESCRIPTOR, "layers": [{"size": 1}] * MANY}),
    "annotations": (Manifest, {"config": DESCRIPTOR, "annotations": {str(n): 0 for n in range(MANY)}}),
    "annotations of a layer": (
        Manifest,
        {"config": DESCRIPTOR, "layers": [DESCRIPTOR | {"annotations": dict.fromkeys(map(str, range(MANY)), 0)}]},
    ),
    "manifests": (Index, {"manifests": [0] * 200}),
    "variables": (ConfigDocument, {"config": {"Env": [0] * MANY}}),
    "subjects": (
        Statement,
        {"_type": "https://in-toto.io/Statement/v1", "predicateType": "x", "subject": [0] * MANY},
    ),
    "signatures": (Envelope, {"payloadType": "x", "payload": "", "signatures": [0] * MANY}),
    "log entries": (Material, {"tlogEntries": [0] * MANY}),
    "a bundle": (
        Bundle,
        {"mediaType": "x", "verificationMaterial": {"x509CertificateChain": {"certificates": [0] * MANY}}},
    ),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_only_the_first_wrong_element_becomes_an_error(flood: str) -> None:
    """Each error takes a kilobyte, and nobody is told of the second."""
    model, document = FLOODS[flood]
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document)
    assert caught.value.error_count() == 1
    with pytest.raises(MalformedError):
        fit(document, model, what="it")


def test_a_manifest_of_many_numbers_is_malformed() -> None:
    """4 MB of them took 7 seconds and 2 GB."""
    numbers = b"0," * 1_000_000 + b"0"
    data = b'{"config":{"digest":"sha256:' + b"ab" * 32 + b'","size":1},"layers":[' + numbers + b"]}"
    with pytest.raises(MalformedError, match=r"layers\.0: Input should be"):
        Content(data, "sha256:" + "cd" * 32).read(Manifest)
