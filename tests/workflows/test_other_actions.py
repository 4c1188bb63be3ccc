"""Actions that build or push images, and are not Docker's own."""

import pytest

from tests.workflows.looking import found, job, run

OTHER = "workflow-other-builder"
UNSIGNED = "workflow-image-never-signed"
NOT_EXPLICIT = "workflow-provenance-not-explicit"
BUILDAH = "- uses: redhat-actions/buildah-build@v2\n  with: { image: app, tags: latest 1 }\n"
PUSH = (
    "- uses: redhat-actions/push-to-registry@v2\n  id: push\n  with: {{ image: app, tags: latest 1, registry: {} }}\n"
)


def test_buildah_and_the_action_that_pushes() -> None:
    text = job(BUILDAH + PUSH.format("quay.io/acme"))
    (one,) = found(OTHER, text)
    assert (one.line, one.message, one.severity) == (
        6,
        "buildah records no provenance, and nothing attests it here",
        "medium",
    )
    (one,) = found(UNSIGNED, text)
    assert (one.line, one.message) == (8, "quay.io/acme/app is pushed here, and nothing signs it")
    assert not found(OTHER, job(BUILDAH))
    assert not found(OTHER, job(BUILDAH + PUSH.format("localhost:5000")))


def test_tags_that_are_whole_names() -> None:
    push = "- uses: redhat-actions/push-to-registry@v2\n  with: { tags: quay.io/acme/app:1 quay.io/acme/app:2 }\n"
    text = job(BUILDAH + push)
    assert found(OTHER, text)
    assert [one.message for one in found(UNSIGNED, text)] == ["quay.io/acme/app is pushed here, and nothing signs it"]


KANIKO = """\
- uses: int128/kaniko-action@v1
  with:
    push: {}
    tags: quay.io/acme/app:1
"""


@pytest.mark.parametrize(
    ("push", "severities"),
    [
        ("true", ["medium"]),
        ("false", []),
        ("${{ github.event_name == 'push' }}", ["medium"]),
        ("${{ github.event_name == 'pull_request' }}", []),
        ("${{ inputs.push }}", ["low"]),
    ],
)
def test_kaniko_pushes_where_it_is_told_to(push: str, severities: list[str]) -> None:
    assert [one.severity for one in found(OTHER, job(KANIKO.format(push)))] == severities


def test_kaniko_without_a_switch() -> None:
    step = "- uses: aevea/action-kaniko@v0.14\n  with: { registry: ghcr.io, image: acme/app }\n"
    assert found(OTHER, job(step))
    assert [one.message for one in found(UNSIGNED, job(step))] == [
        "ghcr.io/acme/app is pushed here, and nothing signs it"
    ]
    assert not found(OTHER, job(step.replace("ghcr.io", "localhost:5000")))


@pytest.mark.parametrize(
    ("uses", "inputs", "name"),
    [
        ("elgohr/Publish-Docker-Github-Action@v5", "name: acme/app, registry: ghcr.io", "ghcr.io/acme/app"),
        ("mr-smithers-excellent/docker-build-push@v6", "image: acme/app, registry: quay.io", "quay.io/acme/app"),
        ("macbre/push-to-ghcr@master", "image_name: acme/app", "ghcr.io/acme/app"),
        ("whoan/docker-build-with-cache-action@v8", "image_name: acme/app", "docker.io/acme/app"),
    ],
)
def test_actions_that_run_docker_build_and_docker_push(uses: str, inputs: str, name: str) -> None:
    text = job(f"- uses: {uses}\n  with: {{ {inputs} }}\n")
    (one,) = found(NOT_EXPLICIT, text)
    assert one.message == f"{uses.partition('@')[0].lower()} says nothing about provenance: it is min at most"
    assert (one.severity, one.fixable) == ("high", False)
    assert [one.message for one in found(UNSIGNED, text)] == [f"{name} is pushed here, and nothing signs it"]


def test_their_flags_and_switches() -> None:
    text = "- uses: elgohr/Publish-Docker-Github-Action@v5\n  with:\n    name: acme/app\n    {}\n"
    assert found(NOT_EXPLICIT, job(text.format("no_push: false")))
    assert not found(NOT_EXPLICIT, job(text.format("no_push: true")))
    assert not found(NOT_EXPLICIT, job(text.format("buildoptions: --provenance=mode=max")))
    assert not found(NOT_EXPLICIT, job(text.format("buildoptions: ${{ inputs.flags }}")))
    assert found(NOT_EXPLICIT, job(text.format("buildoptions: --pull")))


@pytest.mark.parametrize("uses", ["nick-fields/retry@v3", "wandalen/wretry.action@v3"])
def test_a_script_that_an_action_runs_again_when_it_fails(uses: str) -> None:
    text = job(
        f"- uses: {uses}\n  with:\n    max_attempts: 3\n    command: |\n      docker buildx build --push -t a/app .\n"
    )
    (one,) = found(NOT_EXPLICIT, text)
    assert (one.line, one.fixable) == (10, True)
    signed = text + "      - run: cosign sign --yes a/app@$(cat digest)\n"
    assert found(UNSIGNED, text)
    assert not found(UNSIGNED, signed)


def test_earthly_pushes_what_its_own_file_says() -> None:
    (one,) = found(OTHER, job("- run: earthly --push +image\n"))
    assert one.severity == "low"
    assert not found(OTHER, job("- run: earthly +image --push\n"))
    assert not found(OTHER, job("- run: earthly +test\n"))


def test_another_target_of_a_makefile_pushes() -> None:
    text = "build:\n\tbuildah bud -t quay.io/acme/app:1 .\npush:\n\tbuildah push quay.io/acme/app:1\n"
    assert [one.line for one in found(OTHER, text, "Makefile")] == [2]
    assert not found(OTHER, text.partition("push:")[0], "Makefile")
    pushed = text.replace("buildah push", "buildah manifest push --all")
    assert found(OTHER, pushed, "Makefile")


def test_podman_signs_what_it_pushes_and_attests_nothing() -> None:
    script = 'podman push --sign-by-sigstore=<(sed "s/TOKEN/$TOKEN/" sigstore.yaml) "quay.io/acme/app:1"'
    text = job(run("podman build -t quay.io/acme/app:1 .", script))
    (one,) = found(OTHER, text)
    assert one.message == "podman records no provenance, and nothing attests it here"
    assert found(UNSIGNED, text) == []
    assert found(UNSIGNED, text.replace("--sign-by-sigstore", "--authfile"))


def test_podman_names_where_it_pushes_to_before_its_last_options() -> None:
    login = "- uses: docker/login-action@v3\n  with: { registry: quay.io, username: a, password: '${{ secrets.P }}' }\n"
    push = "podman manifest push --all app docker://quay.io/acme/app:1 {}"
    for options in ("", "--tls-verify", "--sign-by-sigstore params.yaml", "--rm --authfile auth.json"):
        text = job(login + run("podman build --manifest app .", push.format(options)))
        assert not found("workflow-registry-without-login", text)
        assert bool(found(UNSIGNED, text)) is ("--sign-by" not in options)


@pytest.mark.parametrize("option", ["--sign-by me@acme.org", "--sign-by-sigstore=params.yaml", "--dest-creds a:b"])
def test_skopeo_signs_what_it_copies(option: str) -> None:
    text = job(run(f"skopeo copy --all {option} oci-archive:app.tar docker://quay.io/acme/app:1"))
    assert bool(found(UNSIGNED, text)) is ("--sign-by" not in option)


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        ("verb: call\n    args: publish-image --registry=quay.io", "dagger … publish-image"),
        ("call: push-container", "dagger push-container"),
        ("verb: call\n    args: test", ""),
        ("verb: call\n    args: publish-image --dry-run", ""),
    ],
)
def test_dagger_calls_what_is_not_read(inputs: str, what: str) -> None:
    text = job(f"- uses: dagger/dagger-for-github@v8\n  with:\n    {inputs}\n")
    found_here = found("workflow-built-elsewhere", text)
    assert [one.message.partition(" may")[0] for one in found_here] == ([what] if what else [])


def test_dagger_may_sign_what_is_pushed() -> None:
    push = run("docker push quay.io/acme/app:1")
    dagger = "- uses: dagger/dagger-for-github@v8\n  with: { verb: call, args: 'sign --image quay.io/acme/app' }\n"
    assert found(UNSIGNED, job(push))
    assert not found(UNSIGNED, job(push + dagger))
