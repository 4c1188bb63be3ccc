"""Provenance that other builders than BuildKit wrote."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from tests.attestations.predicates import COMMIT, Json, provenance, provenance_v02


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
    assert found.workflow == ".github/workflows/container.yml"
    assert found.inconsistencies == ()


BASE = {"uri": "pkg:docker/alpine@3.22", "digest": {"sha256": "ab" * 32}}


@pytest.mark.parametrize(
    ("dependencies", "revision"),
    [
        ([("acme/app", COMMIT)], COMMIT),
        ([("Acme/App", COMMIT)], COMMIT),  # GitHub takes names without regard to case
        ([("other/tool", "f" * 40), ("acme/app", COMMIT)], COMMIT),
        ([("other/tool", "f" * 40)], ""),
        ([("acme/app", COMMIT), ("acme/app", "f" * 40)], ""),
        ([], ""),
    ],
)
def test_the_revision_is_that_of_the_workflows_repository(dependencies: list[tuple[str, str]], revision: str) -> None:
    """Another dependency came first, and its digest was shown as the commit."""
    named = [
        {"uri": f"git+https://github.com/{name}@refs/tags/1", "digest": {"gitCommit": sha}}
        for name, sha in dependencies
    ]
    workflow = {"repository": "https://github.com/acme/app", "ref": "refs/tags/1", "path": ".github/workflows/r.yml"}
    found = built("https://actions.github.io/buildtypes/workflow/v1", BASE, *named, workflow=workflow)
    assert (found.source, found.revision) == ("https://github.com/acme/app", revision)


def test_an_entry_point_that_is_not_a_workflow() -> None:
    source = {"uri": "git+https://github.com/acme/app@refs/heads/main", "entryPoint": "build/Dockerfile"}
    predicate = {"builder": {"id": "x"}, "buildType": "https://example.com/b", "invocation": {"configSource": source}}
    assert provenance_v02(predicate).workflow == ""


OTHER = "f" * 40
APP: Json = {"uri": "git+https://github.com/acme/app.git", "digest": {"sha1": COMMIT}, "name": "inputs/result"}
TASK: Json = {"uri": "git+https://github.com/tektoncd/catalog.git", "digest": {"sha1": OTHER}, "name": "task"}
IMAGE: Json = {"uri": "oci://gcr.io/tekton/git-init", "digest": {"sha256": "ab" * 32}}


def built(build_type: str, *dependencies: Json, **external: object) -> Provenance:
    definition = {"buildType": build_type, "externalParameters": external, "resolvedDependencies": list(dependencies)}
    return provenance({"buildDefinition": definition, "runDetails": {"builder": {"id": "https://builder.example"}}})


def tekton(*dependencies: Json) -> Provenance:
    return built("https://tekton.dev/chains/v2/slsa", *dependencies, runSpec={"params": []})


def origin(found: Provenance) -> tuple[str, str, str]:
    return found.source, found.revision, found.ref


class TestTekton:
    """It names the source among the dependencies alone."""

    def test_the_only_repository(self) -> None:
        found = tekton(TASK, IMAGE, APP)
        assert (found.source, found.revision, found.source_from) == (
            "https://github.com/acme/app",
            COMMIT,
            "dependencies",
        )

    def test_of_several_nobody_knows_which(self) -> None:
        library = {"uri": "git+https://github.com/acme/library", "digest": {"sha1": OTHER}}
        assert origin(tekton(APP, library)) == ("", "", "")

    def test_one_that_says_how_to_build_is_not_the_source(self) -> None:
        assert origin(tekton(TASK, IMAGE)) == ("", "", "")

    def test_one_repository_at_two_commits(self) -> None:
        assert origin(tekton(APP, {**APP, "digest": {"sha1": OTHER}})) == ("https://github.com/acme/app", "", "")

    @pytest.mark.parametrize("at", ["@refs/tags/v1", f"@{COMMIT}"])
    def test_a_ref_or_a_commit_is_not_part_of_the_repository(self, at: str) -> None:
        found = tekton({**APP, "uri": f"git+https://github.com/acme/app{at}"})
        assert (found.source, found.revision) == ("https://github.com/acme/app", COMMIT)
        assert found.ref == ("refs/tags/v1" if "refs" in at else "")

    def test_as_chains_wrote_it_before(self) -> None:
        materials = [{"uri": APP["uri"], "digest": APP["digest"]}, IMAGE]
        found = provenance_v02(
            {"builder": {"id": "x"}, "buildType": "tekton.dev/v1beta1/TaskRun", "materials": materials}
        )
        assert origin(found) == ("https://github.com/acme/app", COMMIT, "")


def test_google_cloud_build() -> None:
    where = {"repository": "git+https://github.com/acme/app", "ref": "refs/heads/main", "path": "cloudbuild.yaml"}
    used = {"uri": "git+https://github.com/acme/app@refs/heads/main", "digest": {"gitCommit": COMMIT}}
    kind = "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1"
    assert origin(built(kind, used, buildConfigSource=where)) == (
        "https://github.com/acme/app",
        COMMIT,
        "refs/heads/main",
    )
    elsewhere = {"repository": "git+https://github.com/acme/library", "ref": "refs/tags/v1"}
    other = {"uri": "git+https://github.com/acme/library", "digest": {"gitCommit": OTHER}}
    found = built(kind, used, other, buildConfigSource=where, sourceToBuild=elsewhere)
    assert origin(found) == ("https://github.com/acme/library", OTHER, "refs/tags/v1")


def test_gitlab_s_runner() -> None:
    used = {"uri": "https://gitlab.com/acme/app", "digest": {"sha256": COMMIT}}
    kind = "https://gitlab.com/gitlab-org/gitlab-runner/-/blob/v16/PROVENANCE.md"
    found = built(kind, used, source="https://gitlab.com/acme/app", entryPoint="build-job")
    assert (*origin(found), found.source_from) == ("https://gitlab.com/acme/app", COMMIT, "", "source")


def test_slsa_s_container_based_builder() -> None:
    """The source is an object there, and the builder itself is a second repository among the dependencies."""
    uri = "git+https://github.com/acme/app@refs/tags/v1"
    builder = {"uri": "git+https://github.com/slsa-framework/builder@refs/tags/v2", "digest": {"sha256": "ab" * 32}}
    source = {"uri": uri, "digest": {"sha1": COMMIT}}
    kind = "https://slsa.dev/container-based-build/v0.1?draft"
    found = built(kind, source, builder, source=source, builderImage={"uri": "bash@sha256:" + "ab" * 32})
    assert (*origin(found), found.source_from) == ("https://github.com/acme/app", COMMIT, "refs/tags/v1", "source")
    undigested = built(kind, source, builder, source={"uri": uri})
    assert origin(undigested) == ("https://github.com/acme/app", COMMIT, "refs/tags/v1")
    assert origin(built(kind, source, builder, source={"uri": ["x"]})) == ("", "", "")
