"""Attestations that the index, their manifests and their layers describe in several ways."""

from collections.abc import Callable

from tests.evidence.forgeries.table import honest
from tests.evidence.forging import Forger, Forgery, Json, Made
from tests.registry_shelf import OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}


def _layers(change: Callable[[Json, Json], list[Json]]) -> Forgery:
    """`change` gets the descriptors of provenance and SBOM, and makes the list of layers."""

    def forgery(forger: Forger) -> Made:
        good = forger.good()
        layers = change(*forger.statements(good))
        return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=layers))

    return forgery


def _children(change: Callable[[Json, Json], list[Json]]) -> Forgery:
    """`change` gets the descriptors of platform and attestation manifest, and makes the list of children."""

    def forgery(forger: Forger) -> Made:
        return forger.index(*change(*honest(forger)[1]))

    return forgery


def _annotated(annotations: Callable[[dict[str, str]], dict[str, str]]) -> Forgery:
    return _children(lambda good, about: [good, about | {"annotations": annotations(about["annotations"])}])


OTHER = {"annotations": {"in-toto.io/predicate-type": "https://example.com/scan/v1"}}
NEW, OLD = "vnd.docker.reference.", "com.docker.reference."

TRICKS |= {
    "layer_of_two_predicates": _layers(lambda slsa, sbom: [slsa | OTHER, slsa, sbom]),
    "layer_of_two_predicates_after": _layers(lambda slsa, sbom: [slsa, slsa | OTHER, sbom]),
    "layer_of_two_types": _layers(lambda slsa, sbom: [slsa | {"mediaType": "application/x"}, slsa, sbom]),
    "layer_of_two_sizes": _layers(lambda slsa, sbom: [slsa | {"size": 1}, slsa, sbom]),
    "layer_of_another_size": _layers(lambda slsa, sbom: [slsa | {"size": 1}, sbom]),
    "layer_whose_size_is_text": _layers(lambda slsa, sbom: [slsa | {"size": str(slsa["size"])}, sbom]),
    "platform_of_another_size": _children(lambda good, about: [good | {"size": 1}, about]),
    "platform_of_two_sizes": _children(lambda good, about: [good, good | {"size": 1}, about]),
    "attestation_of_another_size": _children(lambda good, about: [good, about | {"size": about["size"] + 1}]),
    "attestation_of_two_sizes": _children(lambda good, about: [good, about, about | {"size": 1}]),
    "platform_whose_size_is_text": _children(lambda good, about: [good | {"size": str(good["size"])}, about]),
    "platform_whose_size_has_a_point": _children(lambda good, about: [good | {"size": float(good["size"])}, about]),
    "platform_of_no_type": _children(lambda good, about: [good | {"mediaType": ""}, about]),
    "attestation_of_no_type": _children(lambda good, about: [good, about | {"mediaType": None}]),
    "attestation_of_another_type": _children(lambda good, about: [good, about | {"mediaType": "application/json"}]),
    "attestation_whose_type_has_a_parameter": _children(
        lambda good, about: [good, about | {"mediaType": f"{OCI_MANIFEST}; charset=utf-8"}]
    ),
    "two_references": _annotated(lambda usual: usual | {f"{OLD}digest": f"sha256:{'ab' * 32}"}),
    "two_kinds_of_reference": _annotated(lambda usual: usual | {f"{OLD}type": "dashboard"}),
    "an_empty_reference_beside_one": _annotated(
        lambda usual: usual | {f"{NEW}digest": "", f"{OLD}digest": usual[f"{NEW}digest"]}
    ),
}


def subject_of_another_image(forger: Forger) -> Made:
    """Whoever looks for referrers finds the statements beside the other image."""
    good = forger.good()
    return forger.index(good.on("linux", "amd64"), forger.attestation(good, subject=forger.evil().child))


def _schema(version: Json) -> Forgery:
    return lambda forger: forger.index(*honest(forger)[1], schemaVersion=version)


TRICKS |= {
    "subject_of_another_image": subject_of_another_image,
    "schema_version_as_text": _schema("2"),
    "schema_version_with_a_point": _schema(2.0),
    "schema_version_3": _schema(3),
}

UNMARKED: dict[str, Forgery] = {
    "layers_without_annotations": _layers(lambda *both: [one | {"annotations": {}} for one in both]),
    "provenance_without_annotation": _layers(lambda slsa, sbom: [slsa | {"annotations": {}}, sbom]),
}
"""Statements that readers who go by the annotation, such as buildx, do not see."""
