"""Children that the index calls something else than an image."""

from tests.evidence.building import ATTESTATION
from tests.evidence.forgeries.table import DOCKER_LIST, FOREIGN, UNKNOWN, beside, honest
from tests.evidence.forging import Forger, Forgery, Made

TRICKS: dict[str, Forgery] = {}

TRICKS["no_platform_foreign_type"] = beside(lambda f: f.evil().noted(type=FOREIGN))
TRICKS["empty_platform_foreign_type"] = beside(lambda f: f.evil().noted(type=FOREIGN) | {"platform": {}})
TRICKS["no_platform_said_attestation"] = beside(lambda f: f.evil().noted(type="attestation-manifest"))
TRICKS["empty_platform_said_attestation"] = beside(
    lambda f: f.evil().noted(type="attestation-manifest") | {"platform": {}}
)
TRICKS["unknown_platform_said_attestation"] = beside(
    lambda f: f.evil().noted(type="attestation-manifest") | {"platform": UNKNOWN}
)
TRICKS["unknown_platform"] = beside(lambda f: f.evil().child | {"platform": UNKNOWN})
TRICKS["no_platform"] = beside(lambda f: f.evil().child)
TRICKS["empty_platform"] = beside(lambda f: f.evil().child | {"platform": {}})
TRICKS["null_platform"] = beside(lambda f: f.evil().child | {"platform": None})
TRICKS["other_platform_foreign_type"] = beside(
    lambda f: f.evil("arm64").noted(type=FOREIGN) | {"platform": {"os": "linux", "architecture": "arm64"}},
)
TRICKS["other_platform_said_attestation"] = beside(
    lambda f: (
        f.evil("arm64").noted(type="attestation-manifest") | {"platform": {"os": "linux", "architecture": "arm64"}}
    ),
)
TRICKS["said_attestation_of_another_vendor"] = beside(
    lambda f: f.evil().child | {"annotations": {"com.docker.reference.type": "attestation-manifest"}},
)
TRICKS["artifact_type_in_the_descriptor"] = beside(lambda f: f.evil().child | {"artifactType": ATTESTATION})
TRICKS["artifact_type_in_the_manifest"] = beside(
    lambda f: f.evil(artifactType=ATTESTATION).noted(type="attestation-manifest")
)
TRICKS["foreign_artifact_type"] = beside(lambda f: f.evil(artifactType="application/x").child)
TRICKS["only_the_operating_system"] = beside(lambda f: f.evil().child | {"platform": {"os": "linux"}})
TRICKS["media_type_of_a_descriptor_is_missing"] = beside(
    lambda f: {key: value for key, value in f.evil().child.items() if key != "mediaType"},
)
TRICKS["media_type_of_a_descriptor_is_strange"] = beside(
    lambda f: f.evil().noted(type=FOREIGN) | {"mediaType": "application/json"}
)
TRICKS["size_zero"] = beside(lambda f: f.evil().noted(type=FOREIGN) | {"size": 0})
TRICKS["docker_list_foreign_type"] = beside(
    lambda f: f.evil("arm64").noted(type=FOREIGN) | {"platform": {"os": "linux", "architecture": "arm64"}},
    media_type=DOCKER_LIST,
)
TRICKS["variant_beside"] = beside(lambda f: f.evil("arm64").on("linux", "arm64", variant="v8"))
TRICKS["same_platform_after"] = beside(lambda f: f.evil().on("linux", "amd64"))
TRICKS["same_platform_with_features"] = beside(lambda f: f.evil().on("linux", "amd64", **{"os.features": ["x"]}))
TRICKS["alias_of_the_architecture"] = beside(lambda f: f.evil().on("linux", "x86_64"))
TRICKS["alias_of_the_system"] = beside(lambda f: f.evil().on("Linux", "amd64"))


def same_platform_before(forger: Forger) -> Made:
    _, children = honest(forger)
    return forger.index(forger.evil().on("linux", "amd64"), *children)


def statements_of_another_image(forger: Forger) -> Made:
    """The attestation of the good image, said to be about the evil one, too."""
    _, children = honest(forger)
    evil = forger.evil("arm64")
    borrowed = (
        children[1]
        | evil.noted(type="attestation-manifest", digest=evil.digest)
        | {key: children[1][key] for key in ("digest", "size")}
    )
    return forger.index(*children, evil.on("linux", "arm64"), borrowed)


TRICKS |= {make.__name__: make for make in (same_platform_before, statements_of_another_image)}
