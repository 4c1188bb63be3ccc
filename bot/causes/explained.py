"""Which rules each cause may explain: a cause is imported only when one of its rules has failed.

Each file says the same in its `explains`; a test compares them.
"""

from collections.abc import Mapping
from typing import Final

EXPLAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "action_cannot_read_buildkit": ("provenance-lost", "provenance-mode-min"),
    "annotations_dropped": (
        "attestation-unlinked",
        "provenance-lost",
        "provenance-missing",
        "sbom-lost",
        "sbom-missing",
    ),
    "builder_not_booted": ("provenance-lost", "provenance-mode-min"),
    "built_from_branch": ("provenance-commit-mismatch",),
    "built_twice": ("tag-registries-differ",),
    "child_deleted": ("attestation-missing-blob", "provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "copied_one_platform": (
        "platform-lost",
        "provenance-lost",
        "provenance-missing",
        "sbom-lost",
        "sbom-missing",
        "signature-lost",
        "signature-missing",
        "tag-registries-differ",
    ),
    "docker_manifest": ("provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "explicit_min": ("provenance-lost", "provenance-mode-min"),
    "git_tag_moved": ("provenance-commit-mismatch",),
    "index_only_signature": ("signature-platform-uncovered",),
    "load_then_push": ("provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "mode_not_explicit": ("provenance-builder-unknown", "provenance-lost", "provenance-mode-min"),
    "never_signed": ("attestation-unsigned", "signature-lost", "signature-missing"),
    "no_buildx_setup": ("provenance-lost", "provenance-missing", "provenance-mode-min"),
    "not_copied": ("tag-registries-differ",),
    "nothing_to_attest": ("provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "older_build_tools": ("provenance-builder-changed", "provenance-lost", "sbom-lost"),
    "other_builder": ("provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "other_pipeline": ("platform-lost", "provenance-builder-changed", "provenance-lost", "sbom-lost", "signature-lost"),
    "partial_merge": ("provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"),
    "private_default": ("provenance-lost", "provenance-mode-min"),
    "provenance_disabled": ("provenance-lost", "provenance-missing"),
    "recompressed_copy": (
        "attestation-unlinked",
        "provenance-lost",
        "provenance-missing",
        "sbom-lost",
        "sbom-missing",
        "tag-registries-differ",
    ),
    "remade_index": ("signature-lost", "signature-missing", "tag-registries-differ"),
    "retag_by_pull_push": (
        "platform-lost",
        "provenance-lost",
        "provenance-missing",
        "sbom-lost",
        "sbom-missing",
        "signature-lost",
        "signature-missing",
        "tag-registries-differ",
    ),
    "sbom_not_requested": ("sbom-lost", "sbom-missing"),
    "secret_build_arg": ("provenance-secret-exposed",),
    "secret_in_base_image": ("provenance-secret-exposed",),
    "signatures_not_copied": ("attestation-unsigned", "signature-lost", "signature-missing", "tag-registries-differ"),
    "signed_other_digest": ("attestation-unsigned", "signature-invalid", "signature-lost", "signature-missing"),
    "signed_other_format": ("signature-invalid", "signature-lost", "signature-missing", "tag-registries-differ"),
    "tag_of_another_release": ("tag-moved",),
}
"""The ids of the rules, by the file in this folder."""
