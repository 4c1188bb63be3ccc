"""Provenance that other builders than BuildKit wrote."""

from bot.attestations.provenance import Mode
from tests.attestations.predicates import COMMIT, provenance, provenance_v02


def test_githubs_workflow_build_type() -> None:
    found = provenance(
        {
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": {
                    "workflow": {
                        "ref": "refs/tags/1.2.3",
                        "repository": "https://github.com/acme/app",
                        "path": ".github/workflows/release.yml",
                    }
                },
                "internalParameters": {"github": {"event_name": "push", "runner_environment": "github-hosted"}},
                "resolvedDependencies": [
                    {"uri": "git+https://github.com/acme/app@refs/tags/1.2.3", "digest": {"gitCommit": COMMIT}}
                ],
            },
            "runDetails": {
                "builder": {"id": "https://github.com/actions/runner/github-hosted"},
                "metadata": {"invocationId": "https://github.com/acme/app/actions/runs/7/attempts/1"},
            },
        }
    )
    assert (found.mode, found.slsa) == (Mode.FOREIGN, "v1")
    assert (found.source, found.revision, found.ref) == ("https://github.com/acme/app", COMMIT, "refs/tags/1.2.3")
    assert found.workflow == ".github/workflows/release.yml"
    assert found.run == "https://github.com/acme/app/actions/runs/7/attempts/1"
    assert found.builder_id == "https://github.com/actions/runner/github-hosted"


def test_slsa_github_generator_for_containers() -> None:
    builder = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml"
    found = provenance_v02(
        {
            "builder": {"id": f"{builder}@refs/tags/v2.0.0"},
            "buildType": "https://github.com/slsa-framework/slsa-github-generator/container@v1",
            "invocation": {
                "configSource": {
                    "uri": "git+https://github.com/acme/app@refs/heads/main",
                    "digest": {"sha1": COMMIT},
                    "entryPoint": ".github/workflows/container.yml",
                },
                "environment": {"github_run_id": "7", "github_event_name": "push"},
            },
        }
    )
    assert (found.mode, found.slsa) == (Mode.FOREIGN, "v0.2")
    assert (found.source, found.revision, found.ref) == ("https://github.com/acme/app", COMMIT, "refs/heads/main")
    assert found.entry_point == ".github/workflows/container.yml"
    assert found.inconsistencies == ()
