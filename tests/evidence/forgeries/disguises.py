"""Images that look like attestations."""

from bot.attestations.statement import SLSA_V1
from tests.attestations.predicates import statement
from tests.evidence.building import ATTESTATION, EMPTY, IMAGE_CONFIG, IMAGE_LAYER, IN_TOTO
from tests.evidence.forgeries.table import ARM, UNKNOWN, beside, honest
from tests.evidence.forging import MAX, Forger, Forgery, Json, Made, archive

TRICKS: dict[str, Forgery] = {}


def _mixed(forger: Forger) -> Json:
    layers = [forger.statement(statement(MAX), SLSA_V1), forger.blob(archive("evil"), IMAGE_LAYER)]
    return forger.evil(layers=layers).noted(type="attestation-manifest") | {"platform": UNKNOWN}


def _typed_as_statements(forger: Forger) -> Json:
    """A file system under the media type of a statement: podman unpacks what it gets."""
    layers = [forger.blob(archive("evil"), IN_TOTO)]
    return forger.evil(layers=layers).noted(type="attestation-manifest") | {"platform": UNKNOWN}


def _nothing_as_it_is(forger: Forger) -> Json:
    """The configuration of an image typed as the empty one, and its file system typed as a statement."""
    config = forger.config("evil", layer=archive("evil")) | {"mediaType": EMPTY}
    layers = [forger.blob(archive("evil"), IN_TOTO)]
    evil = forger.evil(config=config, layers=layers, artifactType=ATTESTATION)
    return evil.noted(type="attestation-manifest") | {"platform": UNKNOWN}


def _statement_and_program(forger: Forger) -> Json:
    """A program of WebAssembly needs neither a configuration nor a file system."""
    layers = [forger.statement(statement(MAX), SLSA_V1), forger.blob(b"\0asm", "application/wasm")]
    evil = forger.evil(config=forger.blob(b"{}", EMPTY), artifactType=ATTESTATION, layers=layers)
    return evil.noted(type="attestation-manifest") | {"platform": UNKNOWN}


TRICKS["statement_and_file_system"] = beside(_mixed)
TRICKS["statement_and_program"] = beside(_statement_and_program)
TRICKS["nothing_typed_as_what_it_is"] = beside(_nothing_as_it_is)
TRICKS["file_system_typed_as_statement"] = beside(_typed_as_statements)
TRICKS["configuration_typed_as_empty"] = beside(
    lambda f: f.evil(
        config=f.config("evil", layer=archive("evil")) | {"mediaType": EMPTY}, artifactType=ATTESTATION
    ).noted(type="attestation-manifest"),
)
TRICKS["empty_configuration_typed_as_image"] = beside(
    lambda f: f.evil(config=f.blob(b"{}", IMAGE_CONFIG), artifactType=ATTESTATION).noted(type="attestation-manifest"),
)


def _without_configuration(layer_type: str, platform: Json) -> Forgery:
    """Old runtimes unpack an image with an empty configuration; whoever starts it names the command."""

    def forgery(forger: Forger) -> Made:
        good, children = honest(forger)
        layers = [forger.blob(archive("evil"), layer_type)]
        evil = forger.evil(config=forger.blob(b"{}", EMPTY), artifactType=ATTESTATION, layers=layers)
        child = evil.noted(type="attestation-manifest", digest=good.digest)
        return forger.index(*children, child | ({"platform": platform} if platform else {}))

    return forgery


TRICKS["statement_without_configuration"] = _without_configuration(IN_TOTO, ARM)
TRICKS["statement_without_configuration_and_platform"] = _without_configuration(IN_TOTO, None)
TRICKS["strange_layer_without_configuration"] = _without_configuration("application/x", ARM)
TRICKS["strange_layer_without_configuration_and_platform"] = _without_configuration("application/x", None)


def file_system_typed_as_statement_and_linked(forger: Forger) -> Made:
    good, children = honest(forger)
    evil = forger.evil(layers=[forger.blob(archive("evil"), IN_TOTO)])
    return forger.index(*children, evil.noted(type="attestation-manifest", digest=good.digest) | {"platform": UNKNOWN})


TRICKS |= {make.__name__: make for make in (file_system_typed_as_statement_and_linked,)}
