import pytest

from tests.workflows.looking import found, job, places, run

RULE = "workflow-other-builder"


@pytest.mark.parametrize(
    ("lines", "tool"),
    [
        (("./mvnw -B spring-boot:build-image", "docker push quay.io/acme/app:1"), "buildpacks"),
        (("mvn compile jib:build",), "Jib"),
        (("./gradlew bootBuildImage", "docker push quay.io/acme/app:1"), "buildpacks"),
        (("mvn package -Dquarkus.container-image.push=true",), "Quarkus"),
        (("podman build -t quay.io/acme/app:1 .", "podman push quay.io/acme/app:1"), "podman"),
        (("buildah bud -t app .", "buildah push --digestfile d app docker://quay.io/acme/app:1"), "buildah"),
        (("pack build quay.io/acme/app:1 --publish",), "pack"),
        (("pack builder create quay.io/acme/builder:1 --config builder.toml --publish",), "pack"),
        (("pack buildpack package quay.io/acme/node:1 --config package.toml --publish",), "pack"),
        (("ko build ./cmd/app",), "ko"),
        (("/kaniko/executor --destination quay.io/acme/app:1",), "kaniko"),
        (("docker run -v $PWD:/w gcr.io/kaniko-project/executor -c /w -d quay.io/acme/app:1",), "kaniko"),
    ],
)
def test_pushed_without_a_word_about_where_it_comes_from(lines: tuple[str, ...], tool: str) -> None:
    (one,) = found(RULE, job(run(*lines)))
    assert tool in one.message
    assert (one.line, one.severity.value) == (7, "medium")


@pytest.mark.parametrize(
    "line",
    [
        "mvn package",
        "pack build app",
        "pack builder create app --config builder.toml",
        "pack builder inspect app --publish",
        "ko build --local ./x",
        "podman build .",
        "podman build -t app . && podman push app oci-archive:app.tar",
        "podman build -t app . && podman push localhost:5000/app",
        "/kaniko/executor --no-push",
        "docker run gcr.io/kaniko-project/executor --no-push -d quay.io/acme/app:1",
        "docker run gcr.io/kaniko-project/executor --destination localhost:5000/app",
        "docker run gcr.io/kaniko-project/executor version",
        "docker run -e KANIKO=kaniko-project/executor alpine -d quay.io/acme/app:1",
    ],
)
def test_nothing_leaves_the_machine(line: str) -> None:
    assert not found(RULE, job(run(line)))


def test_somebody_attests_it() -> None:
    attest = "- uses: actions/attest@v4\n  with: { subject-name: quay.io/acme/app }\n"
    assert not places(RULE, job(run("mvn jib:build") + attest))


def test_another_job_attests_it() -> None:
    text = "build:\n  script: [/kaniko/executor --destination $I]\nattest:\n  script: [cosign attest --type x $I@$D]\n"
    assert not found(RULE, text, ".gitlab-ci.yml")
    assert found(RULE, text.replace("cosign attest", "cosign sign"), ".gitlab-ci.yml")
    called = job(run("mvn jib:build")) + "  attest:\n    uses: acme/.github/.github/workflows/attest.yml@v1\n"
    assert not found(RULE, called)


def test_what_goreleaser_releases_attests_no_image_of_another_builder() -> None:
    made = (
        "image:\n\tpodman build --manifest $(IMAGE):1 .\npush:\n\tpodman manifest push $(IMAGE):1 docker://$(IMAGE):1\n"
    )
    assert places(RULE, f"release:\n\tgoreleaser release --clean\n{made}", "Makefile") == [(4, "medium")]
    signed = f"release:\n\t./sign-and-attest.sh cosign\n{made}"
    assert not found(RULE, signed, "Makefile")
