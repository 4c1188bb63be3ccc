"""Documents that are two kinds at once, and the documents below the index."""

from bot.attestations.statement import SLSA_V1, SPDX
from tests.attestations.predicates import base64, statement
from tests.evidence.building import IMAGE_LAYER
from tests.evidence.forgeries.table import DOCKER_LIST, honest
from tests.evidence.forging import MAX, SBOM, Forger, Forgery, Made, archive, encode
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}


def _one(said: str, media_type: str, *, config: bool = True, layers: bool = True) -> Forgery:
    def forgery(forger: Forger) -> Made:
        _, children = honest(forger)
        data = archive("evil")
        document = {"schemaVersion": 2, **({"mediaType": said} if said else {}), "manifests": children}
        document |= {"config": forger.config("evil", layer=data)} if config else {}
        document |= {"layers": [forger.blob(data, IMAGE_LAYER)]} if layers else {}
        return forger.manifest(document, media_type, who="evil" if media_type == OCI_MANIFEST else "")

    return forgery


TRICKS |= {
    "both_said_index": _one(OCI_INDEX, OCI_INDEX),
    "both_said_manifest": _one(OCI_MANIFEST, OCI_MANIFEST),
    "both_without_type_as_index": _one("", OCI_INDEX),
    "both_without_type_as_manifest": _one("", OCI_MANIFEST),
    "index_with_config": _one(OCI_INDEX, OCI_INDEX, layers=False),
    "index_with_layers": _one(OCI_INDEX, OCI_INDEX, config=False),
    "index_that_says_manifest_as_index": _one(OCI_MANIFEST, OCI_INDEX, config=False, layers=False),
    "index_that_says_manifest_as_manifest": _one(OCI_MANIFEST, OCI_MANIFEST, config=False, layers=False),
    "docker_list_that_says_manifest": _one(OCI_MANIFEST, DOCKER_LIST, config=False, layers=False),
}


def subject_empty(forger: Forger) -> Made:
    good = forger.good()
    return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=forger.statements(good, subject=[])))


def _statement(old: bytes, new: bytes) -> Forgery:
    def forgery(forger: Forger) -> Made:
        good = forger.good()
        written = statement(MAX, about=good.digest)
        assert old in written
        layers = [forger.statement(written.replace(old, new, 1), SLSA_V1), forger.statements(good)[1]]
        return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=layers))

    return forgery


TRICKS["predicate_capital"] = _statement(b'"predicate":', b'"Predicate": {}, "predicate":')
TRICKS["subject_capital"] = _statement(b'"subject":', b'"Subject": [], "subject":')
TRICKS["build_type_twice"] = _statement(b'"buildType":', b'"buildType": "x", "buildType":')
TRICKS["build_type_capital"] = _statement(b'"buildType":', b'"BuildType": "x", "buildType":')
TRICKS["build_config_of_another_case"] = _statement(b'"buildConfig":', b'"buildconfig":')
TRICKS["deep_key_twice"] = _statement(b'"llbDefinition":', b'"llbDefinition": [], "llbDefinition":')


def attestation_layers_capital(forger: Forger) -> Made:
    good = forger.good()
    return forger.index(good.on("linux", "amd64"), forger.attestation(good, Layers=[]))


def embedded_data(forger: Forger) -> Made:
    _, children = honest(forger)
    child = children[0] | {"data": base64(encode({"config": {}}).decode())}
    return forger.index(child, children[1])


def sbom_packages_capital(forger: Forger) -> Made:
    good = forger.good()
    written = statement(SBOM, SPDX, about=good.digest).replace(b'"packages":', b'"Packages": [], "packages":')
    layers = [forger.statements(good)[0], forger.statement(written, SPDX)]
    return forger.index(good.on("linux", "amd64"), forger.attestation(good, layers=layers))


TRICKS |= {
    make.__name__: make for make in (subject_empty, attestation_layers_capital, embedded_data, sbom_packages_capital)
}
