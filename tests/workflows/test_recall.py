"""Ways of writing that public repositories have, and that hide nothing."""

import pytest

from bot.workflows.doubts import Doubt
from bot.workflows.find import lint_text
from bot.workflows.readers import read_file
from bot.workflows.text import SourceText
from tests.workflows.looking import WORKFLOW, build, found, job, run

SETUP = "- uses: docker/setup-buildx-action@v4\n"
NOT_EXPLICIT = "workflow-provenance-not-explicit"
SBOM = "workflow-sbom-not-requested"
SECRET = "workflow-secret-in-build-arg"
UNSIGNED = "workflow-image-never-signed"
BUILDX = "docker buildx build --push -t quay.io/acme/app:1 ."


@pytest.mark.parametrize("front", ["$DRY ", "${DRY_RUN} ", "${{ inputs.dry }} ", "sudo ", "time "])
def test_a_variable_in_front_of_the_program(front: str) -> None:
    assert found(NOT_EXPLICIT, job(run(front + BUILDX)))


def test_a_program_that_a_variable_may_replace() -> None:
    for program in ("${DOCKER:-docker}", "${CONTAINER_TOOL-docker}"):
        assert found(NOT_EXPLICIT, job(run(BUILDX.replace("docker", program, 1))))


@pytest.mark.parametrize(
    "shell", ["bash", "bash -Eeuo pipefail -x {0}", "nix develop --command bash -e {0}", "/usr/bin/env bash {0}"]
)
def test_the_shell_that_a_workflow_runs_scripts_with(shell: str) -> None:
    text = job(run("ko build ./cmd/app")).replace("on: push", f"on: push\ndefaults: {{ run: {{ shell: '{shell}' }} }}")
    assert found("workflow-other-builder", text)


@pytest.mark.parametrize("shell", ["pwsh", "python", "powershell -command \". '{0}'\""])
def test_other_shells_are_not_read(shell: str) -> None:
    text = job(run("ko build ./cmd/app")).replace("on: push", f"on: push\ndefaults:\n  run:\n    shell: {shell}")
    assert not found("workflow-other-builder", text)


def test_depot_builds() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1", uses="depot/build-push-action@v1"))
    assert [one.severity for one in found(SBOM, text)] == ["medium"]
    assert [one.severity for one in found(NOT_EXPLICIT, text)] == ["low"]
    assert found(SBOM, job(run("depot build --push -t quay.io/acme/app:1 .")))
    assert not found(SBOM, job(run("depot build --push --sbom=true -t quay.io/acme/app:1 .")))


@pytest.mark.parametrize("uses", ["useblacksmith/build-push-action@v2", "WarpBuilds/build-push-action@v6"])
def test_copies_of_the_build_action(uses: str) -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1", "build-args: NPM_TOKEN=${{ secrets.T }}", uses=uses))
    assert [one.severity for one in found(SBOM, text)] == ["medium"]
    (silent,) = found(NOT_EXPLICIT, text)
    assert (silent.severity, "max in a public repository" in silent.message) == ("low", True)
    assert found("workflow-secret-in-build-arg", text)
    in_full = job(build("push: true", "tags: q.io/a/b:1", "sbom: true", "provenance: mode=max", uses=uses))
    assert not found(SBOM, in_full)
    assert not found(NOT_EXPLICIT, in_full)


def test_names_with_expressions() -> None:
    text = job(build("push: true", "tags: 'ghcr.io/${{ github.repository }}:1'"))
    (one,) = found(UNSIGNED, text)
    assert "ghcr.io/${{ github.repository }}" in one.message
    assert not found(UNSIGNED, text + "      - run: cosign sign --yes ghcr.io/${{ github.repository }}@$D\n")


MATRIX = "    strategy:\n      matrix:\n        include:\n          - {{ prov: {} }}\n          - {{ prov: {} }}\n"


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ("'false'", "mode=max", "workflow-provenance-disabled"),
        ("mode=max", "mode=min", "workflow-provenance-min"),
        ("mode=max", "true", ""),
    ],
)
def test_the_values_of_a_matrix(first: str, second: str, rule: str) -> None:
    text = job(build("push: true", "sbom: true", "provenance: '${{ matrix.prov }}'", "tags: quay.io/acme/app:1"))
    text = text.replace("    steps:\n", MATRIX.format(first, second) + "    steps:\n")
    rules = {one.rule for one in lint_text(WORKFLOW, text) if "provenance" in one.rule}
    assert rules == ({rule} if rule else set())
    assert not any(one.fixable for one in lint_text(WORKFLOW, text) if "provenance" in one.rule)


def test_a_matrix_that_only_the_run_knows() -> None:
    text = job(build("push: true", "sbom: true", "provenance: '${{ matrix.prov }}'", "tags: quay.io/acme/app:1"))
    text = text.replace("    steps:\n", "    strategy: { matrix: '${{ fromJSON(inputs.m) }}' }\n    steps:\n")
    assert not [one for one in lint_text(WORKFLOW, text) if "provenance" in one.rule]


def test_a_chart_that_nothing_signs() -> None:
    text = job(run("helm push app-1.tgz oci://quay.io/acme/charts"))
    assert found(UNSIGNED, text)
    assert not found(UNSIGNED, text + "      - run: cosign sign --yes quay.io/acme/charts/app@$D\n")


def test_a_tag_that_is_pushed_beside_signed_ones() -> None:
    push = ["docker push quay.io/acme/app:1", "docker push quay.io/acme/app:2"]
    text = job(run(*push, "cosign sign --yes quay.io/acme/app:1"))
    (one,) = found(UNSIGNED, text)
    assert one.message == "quay.io/acme/app:2 is pushed here, and only other tags are signed"
    same = run("docker tag quay.io/acme/app:1 quay.io/acme/app:2", *push, "cosign sign --yes quay.io/acme/app:1")
    assert not found(UNSIGNED, job(same))
    assert not found(UNSIGNED, job(run(*push, "cosign sign --yes quay.io/acme/app@$DIGEST")))


def test_secrets_in_what_bake_passes_to_the_dockerfile() -> None:
    hcl = 'target "app" {\n  tags = ["x/a"]\n  args = {\n    NPM_TOKEN = "${NPM_TOKEN}"\n    VERSION = "${VERSION}"\n'
    hcl += "    TOKEN_FILE = X\n  }\n}\n"
    dockerfile = read_file(SourceText("Dockerfile", "FROM a\nARG NPM_TOKEN\nRUN make\n"))
    (one,) = found(SECRET, hcl, "docker-bake.hcl", lambda uses: dockerfile if uses == "./Dockerfile" else None)
    assert (one.line, one.severity) == (4, "high")
    (one,) = found(SECRET, hcl, "docker-bake.hcl")
    assert (one.line, one.severity) == (4, "low")
    assert not found(SECRET, hcl.replace('"${NPM_TOKEN}"', '""'), "docker-bake.hcl")
    step = build("push: true", "set: |", "  *.args.TOKEN=${{ secrets.TOKEN }}", uses="docker/bake-action@v7")
    assert [one.severity for one in found(SECRET, job(SETUP + step))] == ["low"]  # the bake file may say min
    assert [one.severity for one in found(SECRET, job(SETUP + step + "    provenance: mode=max\n"))] == ["critical"]


@pytest.mark.parametrize("output", ["type=local,dest=out", "type=tar,dest=a.tar", "type=cacheonly", "out"])
def test_what_is_built_for_this_machine_publishes_nothing(output: str) -> None:
    assert not lint_text(WORKFLOW, job(build(f"outputs: {output}", "provenance: false")))
    step = build("provenance: false", "set: |", f"  *.output={output}", uses="docker/bake-action@v7")
    assert not lint_text(WORKFLOW, job(step))
    assert not lint_text(WORKFLOW, job(run(f"docker buildx build --provenance=false -o {output} .")))


def test_sbom_and_provenance_that_are_attached_later_make_it_mild() -> None:
    text = job(SETUP + build("push: true", "provenance: false", "tags: quay.io/acme/app:1"))
    attest = "      - uses: actions/{}@v4\n        with: {{ subject-name: quay.io/acme/app, subject-digest: a }}\n"
    later = attest.format("attest-build-provenance") + attest.format("attest-sbom")
    assert {one.severity for one in lint_text(WORKFLOW, text + later) if "id-token" not in one.rule} == {"low"}
    files = "      - uses: actions/attest@v4\n        with: { subject-path: dist/* }\n"
    assert "high" in {one.severity for one in lint_text(WORKFLOW, text + files) if "id-token" not in one.rule}


def test_a_makefile_whose_registry_is_this_machine_unless_somebody_says_otherwise() -> None:
    text = "REGISTRY ?= {}\nIMAGE ?= $(REGISTRY)/app:1\npush:\n\tdocker buildx build --push -t $(IMAGE) .\n"
    assert not lint_text("Makefile", text.format("localhost:5000"))
    assert lint_text("Makefile", text.format("quay.io/acme"))


@pytest.mark.parametrize(
    "text",
    [
        job(build("push: true", "file: tests/Dockerfile", "tags: quay.io/acme/runner:1")),
        job(build("push: true", "context: ./examples/a", "tags: quay.io/acme/app:1")),
        job(build("push: true", "tags: quay.io/acme/app-e2e:1")),
        job(run("cd test/e2e/images && " + BUILDX)),
    ],
)
def test_images_of_tests_and_examples_are_not_the_product(text: str) -> None:
    assert not lint_text(WORKFLOW, text)


def test_back_from_the_tests() -> None:
    assert found(SBOM, job(run("cd test/e2e && make", "cd ../..", BUILDX)))


def test_one_platform_that_is_meant_is_said_and_not_fixed() -> None:
    copy = "skopeo copy {}docker://quay.io/acme/app:1 docker://quay.io/acme/b:1"
    rule = "workflow-copy-loses-attestations"
    assert [one.fixable for one in found(rule, job(run(copy.format("--override-arch arm64 "))))] == [False]
    assert [one.fixable for one in found(rule, job(run(copy.format(""))))] == [True]


def test_what_stays_on_this_machine() -> None:
    tooling = "docker buildx build -t tooling --output=$(OUTPUT) build/tooling"
    assert not lint_text("Makefile", f"all:\n\t{tooling}\n")
    assert not lint_text("Makefile", "all:\n\tdocker buildx build --push -t a/b -f test/a/Dockerfile test/a\n")
    assert not found("workflow-sign-tag", job(run("cosign sign --yes localhost:5000/app:1")))


def test_a_runner_that_may_have_a_builder_of_its_own() -> None:
    text = job(build("push: true", "sbom: true", "tags: quay.io/acme/app:1"))
    assert [one.severity for one in found(NOT_EXPLICIT, text)] == ["medium"]
    other = text.replace("ubuntu-latest", "namespace-profile-default")
    assert [one.severity for one in found(NOT_EXPLICIT, other)] == ["low"]


def test_docker_content_trust_is_a_signature_that_we_do_not_read() -> None:
    text = job(build("push: true", "tags: quay.io/acme/app:1") + run("notary addhash quay.io/acme/app 1 1 --sha256 $D"))
    assert not found(UNSIGNED, text)


def test_flags_of_cosign_with_one_dash() -> None:
    (one,) = found("workflow-sign-tag", job(run("cosign sign -key /tmp/cosign.key quay.io/acme/app:1 --yes")))
    assert "quay.io/acme/app:1" in one.message


def test_flags_in_variables_of_make() -> None:
    rule = "workflow-provenance-disabled"
    used = "ARGS ?= --provenance=false --sbom=false\np:\n\tdocker buildx build --push $(ARGS) -t quay.io/acme/app:1 .\n"
    assert [one.severity for one in found(rule, used, "Makefile")] == ["high"]
    handed_on = "ARGS ?= --provenance=false\npush:\n\t$(MAKE) image EXTRA=$(ARGS)\n"
    (one,) = found(rule, handed_on, "Makefile")
    assert (one.line, one.column, one.severity, one.doubts) == (1, 9, "low", (Doubt.NOT_PUSHED,))
    assert not found(rule, handed_on.replace("ARGS ?", "# ARGS "), "Makefile")
    assert not found(rule, handed_on.replace("=false", "=mode=max"), "Makefile")


def test_turned_off_and_pushed_from_the_local_store() -> None:
    text = 'docker build --provenance=false --tag "$REGISTRY/app:$TAG" . && docker push "$REGISTRY/app:$TAG"\n'
    assert [one.severity for one in found("workflow-provenance-disabled", text, "publish.sh")] == ["high"]
    assert not found("workflow-provenance-disabled", text.replace("push", "inspect"), "publish.sh")


def test_what_ko_builds_for_tests() -> None:
    assert found("workflow-other-builder", job(run("ko build --bare ./cmd/app")))
    assert not found("workflow-other-builder", job(run("ko build --bare ./test")))


def test_a_command_that_releases_by_a_configuration_may_sign() -> None:
    text = job(run("goreleaser release --clean", "docker push quay.io/acme/app:1"))
    assert not found(UNSIGNED, text)
    assert found(UNSIGNED, text.replace("release --clean", "check"))


def test_the_older_name_of_the_metadata_action() -> None:
    meta = "- uses: crazy-max/ghaction-docker-meta@v4\n  id: meta\n  with: {{ images: {}/acme/app }}\n"
    step = build("push: true", "tags: '${{ steps.meta.outputs.tags }}'")
    assert found(SBOM, job(meta.format("quay.io") + step))
    assert not found(SBOM, job(meta.format("localhost:5000") + step))


def test_an_action_of_the_repository_that_hands_everything_on_to_the_one_that_attests() -> None:
    names = ("subject-path", "subject-name", "subject-digest", "sbom-path")
    inputs = "".join(f"        {name}: ${{{{ inputs.{name} }}}}\n" for name in names)
    wrapper = f"runs:\n  using: composite\n  steps:\n    - uses: actions/attest@v4\n      with:\n{inputs}"
    read = read_file(SourceText("attest/action.yml", wrapper))
    text = job(SETUP + build("push: true", "provenance: false", "sbom: false", "tags: quay.io/acme/app:1"))
    text += "      - uses: ./attest\n        with: { subject-name: quay.io/acme/app, subject-digest: a }\n"
    found_here = lint_text(WORKFLOW, text, lambda uses: read if uses == "./attest" else None)
    assert [one.severity for one in found_here if one.rule != "workflow-id-token-missing"] == ["low", "low"]
    only_files = read_file(SourceText("attest/action.yml", wrapper.replace("subject-digest", "subject-version")))
    again = lint_text(WORKFLOW, text, lambda uses: only_files if uses == "./attest" else None)
    assert "high" in [one.severity for one in again]
