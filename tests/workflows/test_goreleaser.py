"""GoReleaser's configuration: what its build flags turn off, in a repository whose CI releases with it."""

from pathlib import Path

import pytest

from bot.workflows.doubts import Doubt
from bot.workflows.script_words import configs_in
from tests.growth import LINEAR_MAX, growth
from tests.workflows.doubting import CI, findings
from tests.workflows.looking import build, found, job, run

RULE = "workflow-provenance-disabled"
CONFIG = """\
dockers:
  - use: buildx
    image_templates: ['quay.io/acme/app:{{ .Tag }}-amd64']
    build_flag_templates:
      - --pull
      - "--provenance=false"
  - use: buildx
    image_templates: ['quay.io/acme/app:{{ .Tag }}-arm64']
"""
ACTION = "- uses: goreleaser/goreleaser-action@v6\n  with: {{ args: '{}' }}\n"


def test_what_the_flags_turn_off_is_said_and_nothing_else() -> None:
    (one,) = found(RULE, CONFIG, ".goreleaser.yaml")
    assert (one.line, one.column, one.severity.value, one.fixable) == (6, 9, "high", False)


@pytest.mark.parametrize(
    ("name", "args", "doubts"),
    [
        (".goreleaser.yaml", "release --clean", ()),
        (".goreleaser.yaml", "release --snapshot", (Doubt.NOT_RUN,)),
        (".goreleaser.yaml", "release --skip=docker,sign", (Doubt.NOT_RUN,)),
        (".goreleaser.yaml", "check", (Doubt.NOT_RUN,)),
        (".github/goreleaser.yaml", "release", (Doubt.NOT_RUN,)),
        (".github/goreleaser.yaml", "release -f .github/goreleaser.yaml", ()),
        (".goreleaser.nightly.yml", "release --config=.goreleaser.nightly.yml", ()),
    ],
)
def test_which_configuration_ci_releases_with(tmp_path: Path, name: str, args: str, doubts: tuple[Doubt, ...]) -> None:
    files = {CI: job(ACTION.format(args)), name: CONFIG}
    assert [one.doubts for one in findings(tmp_path, files) if one.rule == RULE] == [doubts]


@pytest.mark.parametrize(
    ("head", "unit"),
    [("", "goreleaser "), ("goreleaser release ", "--skip="), ("goreleaser ", "${{ a && 'b' || 'c' }}")],
)
def test_one_long_line_takes_no_more_than_its_length(head: str, unit: str) -> None:
    assert growth(lambda size: list(configs_in(head + unit * size)), 8_000) < LINEAR_MAX


@pytest.mark.parametrize(
    ("line", "configs"),
    [
        ("goreleaser check && goreleaser release", [""]),
        ("release goreleaser", []),
        ("goreleaser release --skip=sign,validate -f a/b.yml", ["b.yml"]),
        ("goreleaser release --skip=a--skip=publish", []),
        ("goreleaser release --skip-publish", []),
        ("goreleaser release --skip=sign publish", [""]),
        ("my-goreleaser release", []),
        ("goreleaser release ${{ inputs.dry && '--skip=publish' || '' }}", [""]),
        ("goreleaser release ${{ inputs.dry && '--skip=publish' || '--skip=docker' }}", []),
        ("goreleaser ${{ github.ref_type == 'tag' && 'release --clean' || 'build --snapshot' }}", [""]),
        ("goreleaser ${{ inputs.mode == 'release' && 'check' || 'build' }}", []),
        ("goreleaser release ${{ inputs.more }}", [""]),
    ],
)
def test_which_lines_release(line: str, configs: list[str]) -> None:
    assert list(configs_in(line)) == configs


def test_many_choices_take_no_more_than_the_length_of_the_line() -> None:
    def line(size: int) -> str:
        return "goreleaser " + "".join(f"${{{{ a && '{at}' }}}}" for at in range(size // 8))

    assert growth(lambda size: list(configs_in(line(size))), 8_000) < LINEAR_MAX


def test_images_that_are_not_pushed() -> None:
    assert found(RULE, CONFIG.replace("use: buildx", "skip_push: auto"), ".goreleaser.yaml")
    assert not found(RULE, CONFIG.replace("use: buildx", "skip_push: true"), ".goreleaser.yaml")
    assert not found(RULE, CONFIG.replace("quay.io/acme", "localhost:5000"), ".goreleaser.yaml")


NOT_EXPLICIT = "workflow-provenance-not-explicit"
SBOM = "workflow-sbom-not-requested"


def test_what_is_pushed_out_of_the_store_has_min_at_most() -> None:
    text = CONFIG.replace('      - "--provenance=false"\n', "")
    assert [one.message for one in found(NOT_EXPLICIT, text, ".goreleaser.yaml")] == [
        "GoReleaser says nothing about provenance: it is min at most"
    ] * 2
    assert [one.fixable for one in found(SBOM, text, ".goreleaser.yaml")] == [False, False]
    asked = text.replace("--pull", "--attest=type=provenance,mode=max")
    assert [one.line for one in found(NOT_EXPLICIT, asked, ".goreleaser.yaml")] == [6]
    unknown = text.replace("--pull", '"{{ .Env.FLAGS }}"')
    assert [one.line for one in found(NOT_EXPLICIT, unknown, ".goreleaser.yaml")] == [6]


def test_images_that_are_joined_by_a_command_that_takes_none_with_attestations() -> None:
    text = CONFIG + "docker_manifests:\n  - name_template: 'quay.io/acme/app:{{ .Tag }}'\n    image_templates:\n"
    text += "      - 'quay.io/acme/app:{{ .Tag }}-amd64'\n      - 'quay.io/acme/app:{{ .Tag }}-arm64'\n"
    assert [one.doubts for one in found(NOT_EXPLICIT, text, ".goreleaser.yaml")] == [(Doubt.JOINED,)]
    assert [one.doubts for one in found("workflow-docker-manifest", text, ".goreleaser.yaml")] == [
        (Doubt.SOURCES_UNKNOWN,)
    ]


V2 = """\
dockers_v2:
  - images: [quay.io/acme/app, ghcr.io/acme/app]
    tags: ['{{ .Version }}', latest]
    flags: ['--pull']
"""


def test_what_buildx_pushes_has_min_and_an_sbom_unless_the_configuration_says_otherwise() -> None:
    (one,) = found(NOT_EXPLICIT, V2, ".goreleaser.yaml")
    assert (one.message, one.severity) == (
        "GoReleaser with buildx says nothing about provenance: buildx records min",
        "high",
    )
    assert not found(SBOM, V2, ".goreleaser.yaml")
    assert found(SBOM, V2 + "    sbom: false\n", ".goreleaser.yaml")
    assert not found(SBOM, V2 + "    sbom: '{{ .IsRelease }}'\n", ".goreleaser.yaml")
    assert not found(NOT_EXPLICIT, V2.replace("--pull", "--provenance=mode=max"), ".goreleaser.yaml")
    assert not found(NOT_EXPLICIT, V2 + "    disable: true\n", ".goreleaser.yaml")


def test_podman_records_nothing() -> None:
    text = CONFIG.replace("use: buildx", "use: podman")
    (one,) = found("workflow-other-builder", text, ".goreleaser.yaml")
    assert (one.line, one.message) == (
        2,
        "GoReleaser with podman records no provenance, and nothing attests it here",
    )
    assert not found(RULE, text, ".goreleaser.yaml")


BINARIES = "builds:\n  - main: ./cmd/app\nsigns:\n  - cmd: cosign\n    args: [sign-blob, '${artifact}']\n"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({".goreleaser.yml": BINARIES}, True),
        ({".goreleaser.yml": BINARIES + "docker_signs:\n  - artifacts: all\n"}, False),
        ({".goreleaser.yml": "includes:\n  - from_url: { url: acme/shared/main/goreleaser.yaml }\n"}, False),
        ({".goreleaser.yml": BINARIES + "after:\n  hooks:\n    - cosign sign --yes quay.io/acme/app\n"}, False),
        ({}, False),
    ],
)
def test_a_release_of_binaries_signs_no_image_that_another_step_pushes(
    tmp_path: Path, config: dict[str, str], *, said: bool
) -> None:
    for steps in (ACTION.format("release"), run("goreleaser release")):
        push = build("push: true", "tags: quay.io/acme/app:1")
        for files in ({CI: job(steps + push)}, {CI: job(push), ".github/workflows/release.yml": job(steps)}):
            rules = {one.rule for one in findings(tmp_path, {**files, **config})}
            assert ("workflow-image-never-signed" in rules) is said


def test_images_that_goreleaser_builds_with_ko(tmp_path: Path) -> None:
    rule, text = "workflow-other-builder", "kos:\n  - repositories: [ghcr.io/acme/app]\n    tags: ['{{.Tag}}']\n"
    (one,) = found(rule, text, ".goreleaser.yaml")
    assert (one.line, one.severity.value) == (2, "medium")
    assert one.message == "GoReleaser with ko records no provenance, and nothing attests it here"
    assert not found(rule, text.replace("ghcr.io/acme/app", "ko.local"), ".goreleaser.yaml")
    assert not found(rule, text + "    disable: true\n", ".goreleaser.yaml")
    files = {".goreleaser.yaml": text, CI: job(ACTION.format("release"))}
    assert [one.doubts for one in findings(tmp_path, files) if one.rule == rule] == [()]
    attest = "- uses: actions/attest@v4\n  with: { subject-name: ghcr.io/acme/app, push-to-registry: true }\n"
    files[CI] = job(ACTION.format("release") + attest)
    assert [one.doubts for one in findings(tmp_path, files) if one.rule == rule] == [(Doubt.ATTACHED_LATER,)]


@pytest.mark.parametrize(
    ("checksums", "doubts"),
    [("./dist/checksums.txt", ()), ("./dist/digests.txt", (Doubt.ATTACHED_LATER,)), ("dist/my-digests.txt", ())],
)
def test_the_list_of_the_images_that_it_pushed_is_attested(
    tmp_path: Path, checksums: str, doubts: tuple[Doubt, ...]
) -> None:
    attest = f"- uses: actions/attest@v4\n  with: {{ subject-checksums: {checksums} }}\n"
    files = {CI: job(ACTION.format("release") + attest), ".goreleaser.yaml": CONFIG}
    assert [one.doubts for one in findings(tmp_path, files) if one.rule == RULE] == [doubts]
