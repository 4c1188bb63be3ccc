"""Indexes within the index."""

from tests.evidence.forgeries.table import FOREIGN, UNKNOWN, beside, honest
from tests.evidence.forging import Forger, Forgery, Made
from tests.registry_shelf import OCI_INDEX, OCI_MANIFEST

TRICKS: dict[str, Forgery] = {}

TRICKS["nested_foreign_type"] = beside(lambda f: f.index(f.evil().on("linux", "amd64")).noted(type=FOREIGN))
TRICKS["nested_said_attestation"] = beside(
    lambda f: f.index(f.evil().on("linux", "amd64")).noted(type="attestation-manifest")
)
TRICKS["nested_with_platform"] = beside(lambda f: f.index(f.evil("arm64").on("linux", "arm64")).on("linux", "arm64"))
TRICKS["nested_unknown_platform"] = beside(
    lambda f: f.index(f.evil().on("linux", "amd64")).child | {"platform": UNKNOWN}
)
TRICKS["nested_twice"] = beside(lambda f: f.index(f.index(f.evil().on("linux", "amd64")).child).noted(type=FOREIGN))


def nested_said_to_be_a_manifest(forger: Forger) -> Made:
    inner = forger.index(forger.evil("arm64").on("linux", "arm64"))
    return forger.index(*honest(forger)[1], inner.on("linux", "arm64") | {"mediaType": OCI_MANIFEST})


def nested_said_to_be_a_manifest_without_platform(forger: Forger) -> Made:
    inner = forger.index(forger.evil("arm64").on("linux", "arm64"))
    return forger.index(*honest(forger)[1], inner.noted(type=FOREIGN) | {"mediaType": OCI_MANIFEST})


def nested_said_to_be_an_attested_manifest(forger: Forger) -> Made:
    """Somebody wrote provenance about the digest of the index within."""
    inner = forger.index(forger.evil("arm64").on("linux", "arm64"))
    children = honest(forger)[1]
    said = inner.on("linux", "arm64") | {"mediaType": OCI_MANIFEST}
    return forger.index(*children, said, forger.attestation(inner))


def manifest_said_to_be_an_index(forger: Forger) -> Made:
    return forger.index(*honest(forger)[1], forger.evil("arm64").on("linux", "arm64") | {"mediaType": OCI_INDEX})


TRICKS |= {
    make.__name__: make
    for make in (
        nested_said_to_be_an_attested_manifest,
        nested_said_to_be_a_manifest,
        nested_said_to_be_a_manifest_without_platform,
        manifest_said_to_be_an_index,
    )
}
