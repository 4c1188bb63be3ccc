"""Documents of a hostile registry: what is wrong in them costs no more than what is right."""

from typing import Any, Final

import pytest
from pydantic import BaseModel, ValidationError

from bot.attestations.statement import Envelope, Statement
from bot.errors import MalformedError
from bot.evidence.config import ConfigDocument
from bot.oci.ambiguity import with_all
from bot.oci.documents import fit
from bot.oci.manifest import Content, Index, Manifest
from bot.signatures.bundles.document import Bundle, Material
from tests.growth import LINEAR_MAX, growth

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
    """The first one is enough to refuse it: an error for each would take memory."""
    numbers = b"0," * 40_000 + b"0"
    data = b'{"config":{"digest":"sha256:' + b"ab" * 32 + b'","size":1},"layers":[' + numbers + b"]}"
    with pytest.raises(MalformedError, match=r"layers\.0: Input should be"):
        Content(data, "sha256:" + "cd" * 32).read(Manifest)


def test_lists_under_one_key_are_put_together_in_time_that_grows_with_them() -> None:
    """Each list is added to the ones before it without copying them."""

    def put_together(count: int) -> None:
        found = with_all("{" + ",".join('"layers":[1]' for _ in range(count)) + "}")
        assert found == {"layers": [1] * count}

    assert growth(put_together, 24_000) < LINEAR_MAX


def test_a_list_and_something_else_under_one_key_are_not_put_together() -> None:
    assert with_all('{"a":[1],"a":[2],"a":3,"a":[4],"a":[5]}') == {"a": [4, 5]}
