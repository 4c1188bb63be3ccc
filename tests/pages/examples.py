"""Reports as the pages meet them: one that passes, one that fails in every way, one that could not be looked at."""

from datetime import UTC, datetime
from typing import Any

from bot.report import Report

NOW = datetime(2026, 11, 22, 14, 6, 11, tzinfo=UTC)
DIGEST = "sha256:" + "4f0b1f6a" * 8
AMD, ARM = "sha256:" + "aa" * 32, "sha256:" + "bb" * 32
IMAGE = "quay.io/demo/app-min:1.0.0"

PROVENANCE = {
    "state": "present",
    "mode": "min",
    "slsa": "v1",
    "build_type": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
    "builder_id": "",
    "source": "https://github.com/acme/shop",
    "revision": "18ab33725b1c8d1b0a2d6c7e8f90123456789abc",
    "ref": "refs/tags/1.0.0",
    "workflow": ".github/workflows/release.yml",
    "build_args": ["APP_VERSION", "HTTP_PROXY"],
    "base_images": ["pkg:docker/alpine@3.22?platform=linux%2Famd64"],
    "started_on": "2026-11-22T13:58:11Z",
    "finished_on": "2026-11-22T14:02:40Z",
    "where": "index",
}
FIX = """- uses: docker/build-push-action@v6
  with:
    provenance: mode=max
    sbom: true
    push: true
    tags: ${{ steps.meta.outputs.tags }}"""


def result(rule: str, outcome: str, title: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a document
    return {"rule": rule, "outcome": outcome, "severity": "high", "title": title, "required": True, **more}


FAILS = [
    result(
        "provenance-mode-min",
        "fail",
        "Provenance is recorded in min mode",
        findings=[
            {"subject": "linux/amd64", "message": "mode=min: no build steps are recorded, and the builder is empty"},
            {"subject": "linux/arm64", "message": "mode=min: no build steps are recorded, and the builder is empty"},
        ],
        causes=[
            {
                "cause": "mode-not-explicit",
                "sureness": "likely",
                "because": "`builder.id` is empty, so nobody asked for `mode=max` and BuildKit used its default.",
                "fix": "Ask for `mode=max` in the build step and push the tag again.",
                "snippet": FIX,
                "language": "yaml",
                "verify": "docker buildx imagetools inspect IMAGE --format '{{ json .Provenance }}'",
            }
        ],
        remediation={"text": "Write `provenance: mode=max` into every build step.", "snippet": FIX, "language": "yaml"},
    ),
    result(
        "sbom-missing",
        "fail",
        "No SBOM is attached",
        findings=[{"subject": "linux/amd64", "message": "no SBOM"}, {"subject": "linux/arm64", "message": "no SBOM"}],
        remediation={"text": "Write `sbom: true` into every build step.", "snippet": "sbom: true", "language": "yaml"},
    ),
    result("image-label-unexpanded", "fail", "A label holds a placeholder", required=False, severity="low"),
    result("signature-missing", "unknown", "Nobody signed the image", reason="the referrers API did not answer"),
    result("provenance-missing", "pass", "No provenance is attached"),
    result("sbom-empty", "skipped", "The SBOM names no package", reason="sbom-missing did not pass"),
    result(
        "attestation-unsigned",
        "waived",
        "Nobody signed the attestations",
        waiver={"reason": "signing is set up in the next sprint", "until": "2027-01-31"},
    ),
]


def failing(image: str = IMAGE, **changes: Any) -> Report:  # noqa: ANN401 - a document
    platform = {"provenance": PROVENANCE, "sbom": {"state": "absent"}}
    return Report.model_validate(
        {
            "image": image,
            "digest": DIGEST,
            "checked_at": NOW,
            "verdict": "fail",
            "policy": "default",
            "platforms": [
                {"platform": "linux/amd64", "digest": AMD, **platform},
                {"platform": "linux/arm64", "digest": ARM, **platform},
            ],
            "signatures": [
                {
                    "layout": "cosign-tag",
                    "digest": DIGEST,
                    "state": "valid",
                    "identity": "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/1.0.0",
                    "issuer": "https://token.actions.githubusercontent.com",
                    "signed_at": "2026-11-22T14:04:02Z",
                }
            ],
            "results": FAILS,
            "requests": {"total": 7, "manifest_pulls": 3, "round_trips": 3},
            "notes": ["The tag moved while it was checked."],
        }
        | changes
    )


def passing(image: str = "quay.io/demo/app-max:1.0.0") -> Report:
    max_mode = {
        "provenance": {**PROVENANCE, "mode": "max"},
        "sbom": {"state": "present", "formats": ["spdx"], "packages": 312},
    }
    return failing(
        image,
        verdict="pass",
        platforms=[{"platform": "linux/amd64", "digest": AMD, **max_mode}],
        results=[result("provenance-missing", "pass", "No provenance"), result("sbom-missing", "pass", "No SBOM")],
        notes=[],
    )


COMMIT = "18ab33725b1c8d1b0a2d6c7e8f90123456789abc"
WORKFLOW = ".github/workflows/release.yml"
PAGE = f"https://github.com/acme/shop/blob/{COMMIT}/{WORKFLOW}"
DIFF = f"--- a/{WORKFLOW}\n+++ b/{WORKFLOW}\n@@ -1,2 +1,3 @@\n with:\n+  provenance: mode=max\n   push: true\n"


def mended() -> Report:
    """The failing one, with what its workflow tells."""
    line = {"rule": "workflow-provenance-not-explicit", "path": WORKFLOW, "line": 28, "column": 9, "url": f"{PAGE}#L28"}
    patch = {"repository": "acme/shop", "path": WORKFLOW, "revision": COMMIT, "url": PAGE, "diff": DIFF}
    first = FAILS[0] | {"lines": [line | {"message": "nothing is said about `provenance`"}], "patches": [patch]}
    built_by = {"repository": "acme/shop", "path": WORKFLOW, "revision": COMMIT, "url": PAGE, "state": "read"}
    told = failing().model_dump(mode="json") | {"results": [first, *FAILS[1:]], "workflow": built_by}
    return Report.model_validate(told)
