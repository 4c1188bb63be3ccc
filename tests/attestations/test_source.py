"""From which repository and revision a build came, and who says so."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.repository import clean, ref_in, with_labels
from bot.values import replace
from tests.attestations.predicates import BUILT, COMMIT, provenance, provenance_v02, v02, v1

GIT = {
    "uri": "https://github.com/acme/app.git#refs/tags/1.2.3:docker",
    "digest": {"sha1": COMMIT},
    "path": "Dockerfile",
}
VCS = {"vcs": {"source": "git@github.com:acme/fork.git", "revision": f"{COMMIT}-dirty"}}
GITHUB = {
    "github_repository": "acme/other",
    "github_server_url": "https://github.com",
    "github_workflow_sha": "f" * 40,
    "github_ref": "refs/heads/main",
    "github_workflow_ref": "acme/other/.github/workflows/build.yml@refs/heads/main",
    "github_run_id": "42",
}


def told(found: Provenance) -> tuple[str, str, str, str]:
    return found.source, found.revision, found.ref, found.source_from


def test_what_buildkit_resolved_itself_comes_first() -> None:
    found = provenance(v1(config_source=GIT, metadata=VCS, internal=GITHUB))
    assert told(found) == ("https://github.com/acme/app", COMMIT, "refs/tags/1.2.3", "configSource")


def test_then_what_the_client_said_of_its_checkout() -> None:
    found = provenance(v1(config_source={"path": "Dockerfile"}, metadata=VCS, internal=GITHUB))
    assert told(found) == ("https://github.com/acme/fork", f"{COMMIT}-dirty", "refs/heads/main", "vcs")


def test_then_the_ci_context_and_then_the_labels() -> None:
    labels = {"args": {"label:org.opencontainers.image.source": "https://github.com/acme/label"}}
    found = provenance(v1(internal={**GITHUB, "buildConfig": BUILT}, request=labels))
    assert told(found) == ("https://github.com/acme/other", "f" * 40, "refs/heads/main", "github")
    found = provenance(v1(internal={"buildConfig": BUILT}, request=labels))
    assert told(found) == ("https://github.com/acme/label", "", "", "labels")


def test_v02_says_the_same_at_other_places() -> None:
    source = {"uri": GIT["uri"], "digest": {"sha1": COMMIT}, "entryPoint": "build/Dockerfile"}
    found = provenance_v02(v02(config_source=source, environment=GITHUB))
    assert told(found) == ("https://github.com/acme/app", COMMIT, "refs/tags/1.2.3", "configSource")
    assert found.workflow == ".github/workflows/build.yml"
    assert told(provenance_v02(v02(metadata=VCS)))[3] == "vcs"


def test_nothing_told_is_nothing() -> None:
    assert told(provenance(v1())) == ("", "", "", "")


def test_the_images_labels_fill_in_what_provenance_leaves_open() -> None:
    labels = {
        "org.opencontainers.image.source": "https://github.com/acme/app.git",
        "org.opencontainers.image.revision": COMMIT,
    }
    assert told(with_labels(provenance(v1()), labels)) == ("https://github.com/acme/app", COMMIT, "", "labels")
    kept = provenance(v1(config_source=GIT))
    assert with_labels(kept, labels) == kept
    assert with_labels(provenance(v1()), {}).source_from == ""


def test_a_revision_of_a_label_is_told_from_one_of_the_statement() -> None:
    """The statement names the repository alone, and the label may be the base image's."""
    labels = {"org.opencontainers.image.revision": COMMIT}
    source = Provenance("v1", Mode.FOREIGN, source="https://github.com/acme/app", source_from="dependencies")
    labelled = with_labels(source, labels)
    assert (labelled.revision, labelled.is_revision_labelled) == (COMMIT, True)
    assert not with_labels(replace(source, revision=COMMIT), labels).is_revision_labelled
    assert not with_labels(source, {}).is_revision_labelled


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://github.com/a/b.git#main", "https://github.com/a/b"),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
        ("https://token@github.com/a/b/", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@gitlab.com/a/b.git", "https://gitlab.com/a/b"),
        ("git+https://github.com/a/b?x=1", "https://github.com/a/b"),
        ("git://127.0.0.1/demo-app.git#refs/tags/v1.2.3", "git://127.0.0.1/demo-app"),
        ("", ""),
    ],
)
def test_repositories_are_compared_without_ornament(uri: str, expected: str) -> None:
    assert clean(uri) == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://x/y#refs/tags/1:sub/dir", "refs/tags/1"),
        ("https://x/y#" + COMMIT, ""),
        ("https://x/y", ""),
        ("git+https://x/y@refs/heads/main", "refs/heads/main"),
    ],
)
def test_the_ref_in_a_url(uri: str, expected: str) -> None:
    assert ref_in(uri) == expected


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (
            v1(builder="https://github.com/a/b/actions/runs/7/attempts/2"),
            "https://github.com/a/b/actions/runs/7/attempts/2",
        ),
        (v1(internal=GITHUB), "https://github.com/acme/other/actions/runs/42"),
        (v1(builder="https://example.com/<!channel>/actions/runs/7 x"), ""),
        (v1(builder=""), ""),
    ],
)
def test_the_runs_url(predicate: dict[str, object], expected: str) -> None:
    assert provenance(predicate).run == expected


def test_whether_the_repository_was_private() -> None:
    def event(**repository: object) -> dict[str, object]:
        return v1(internal={"github_event_payload": {"repository": repository}})

    assert provenance(event(private=True)).repository_private is True
    assert provenance(event(private=False)).repository_private is False
    assert provenance(event()).repository_private is None
