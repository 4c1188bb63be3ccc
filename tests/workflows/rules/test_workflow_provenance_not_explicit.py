import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-provenance-not-explicit"


def test_a_pushed_build_that_says_nothing_is_found_at_its_uses_and_mended_behind_push() -> None:
    text = job(build("push: true", "sbom: true", "tags: quay.io/acme/app:1", uses="docker/build-push-action@v4.0.0"))
    assert [(one.line, one.column, one.severity.value) for one in found(RULE, text)] == [(6, 15, "high")]
    assert fixed(RULE, text) == text.replace("push: true\n", "push: true\n          provenance: mode=max\n")


def test_with_a_version_that_reads_buildkit_it_is_milder() -> None:
    assert places(RULE, job(build("push: true"))) == [(6, "medium")]


@pytest.mark.parametrize(
    "inputs",
    [
        ("push: true", "provenance: mode=max"),
        ("push: true", "provenance: true"),
        ("push: true", "provenance: ${{ inputs.provenance }}"),
        ("push: true", "attests: type=provenance,mode=max"),
        ("push: true", "attests: ${{ inputs.attests }}"),
        ("push: false",),
        ("load: true",),
        ("tags: quay.io/acme/app:1",),
        ("push: true", "tags: localhost:5000/app:test"),
        ("outputs: type=oci,dest=app.tar",),
    ],
)
def test_silent_where_it_is_said_or_unknown_or_where_nothing_is_pushed(inputs: tuple[str, ...]) -> None:
    assert not found(RULE, job(build(*inputs)))


@pytest.mark.parametrize("push", ["push: ${{ github.event_name != 'pull_request' }}", "outputs: type=registry"])
def test_what_is_pushed_on_some_runs_counts(push: str) -> None:
    assert places(RULE, job(build(push))) == [(6, "medium")]


def test_a_version_without_the_input_gets_a_version_with_it() -> None:
    text = job(build("push: true", uses="docker/build-push-action@v2"))
    assert "uses: docker/build-push-action@v7\n" in fixed(RULE, text)


def test_a_commit_is_never_replaced() -> None:
    text = job(build("push: true", uses=f"docker/build-push-action@{'a' * 40} # v2.10.0"))
    assert [one.fixable for one in found(RULE, text)] == [False]


@pytest.mark.parametrize(
    ("command", "after"),
    [
        (
            "docker buildx build --push -t quay.io/acme/app:1 .",
            "docker buildx build --provenance=mode=max --push -t quay.io/acme/app:1 .",
        ),
        ("docker build --push .", "docker build --provenance=mode=max --push ."),
        (
            "sudo docker -c x buildx b -o type=registry .",
            "sudo docker -c x buildx b --provenance=mode=max -o type=registry .",
        ),
        (
            "A=1 docker buildx build --push $DIR # why",
            "A=1 docker buildx build --provenance=mode=max --push $DIR # why",
        ),
        (
            "if x; then docker buildx build --push .; fi",
            "if x; then docker buildx build --provenance=mode=max --push .; fi",
        ),
        ('ID="$(docker buildx build --push -q .)"', 'ID="$(docker buildx build --provenance=mode=max --push -q .)"'),
    ],
)
def test_command_lines(command: str, after: str) -> None:
    text = job(run(command))
    assert places(RULE, text) == [(7, "high")]
    assert fixed(RULE, text) == text.replace(command, after)


@pytest.mark.parametrize(
    "command",
    [
        "docker buildx build --provenance=mode=max --push .",
        "docker buildx build --provenance mode=max --push .",
        "docker buildx build --provenance=$MODE --push .",
        "docker buildx build --attest=type=provenance,mode=max --push .",
        "docker buildx build --attest $ATTEST --push .",
        "docker buildx build $FLAGS --push .",
        'docker buildx build "$@"',
        "docker buildx build --load .",
        "docker build -t app .",
        "docker buildx build .",
        "echo docker buildx build --push .",
        "# docker buildx build --push .",
        "cat <<EOF\n    docker buildx build --push .\n    EOF",
        "docker buildx build -t localhost:5000/app --push .",
        "docker buildx bake --push",
        "podman build --push .",
    ],
)
def test_command_lines_that_say_it_or_may_or_do_not_push(command: str) -> None:
    assert not found(RULE, job(run(command)))


def test_a_flag_lands_in_front_of_a_continuation() -> None:
    text = job(run("docker buildx build \\", "  --push \\", "  ."))
    assert "docker buildx build --provenance=mode=max \\\n" in fixed(RULE, text)


def test_bake_action_overrides_the_file_before_6_10_only() -> None:
    assert places(RULE, job(build("push: true", uses="docker/bake-action@v5"))) == [(6, "high")]
    assert not found(RULE, job(build("push: true", uses="docker/bake-action@v6.10.0")))
    assert not found(RULE, job(build("push: true", uses="docker/bake-action@v6")))
    assert not found(RULE, job(build("push: true", "set: '*.attest=type=provenance'", uses="docker/bake-action@v5")))


def test_bake_targets_with_tags() -> None:
    text = 'target "app" {\n  tags = ["quay.io/acme/app:1"]\n}\ntarget "base" {\n}\n'
    assert places(RULE, text, "docker-bake.hcl") == [(1, "high")]
    assert fixed(RULE, text, "docker-bake.hcl").startswith(
        'target "app" {\n  attest = ["type=provenance,mode=max"]\n  tags = ["quay.io/acme/app:1"]\n}\n'
    )


def test_a_bake_target_inherits_what_is_said() -> None:
    base = 'target "_att" { attest = [{ type = "provenance", mode = "max" }, { type = "sbom" }] }\n'
    assert not found(RULE, base + 'target "a" {\n  inherits = ["_att"]\n  tags = ["x/a"]\n}\n', "docker-bake.hcl")
    elsewhere = 'target "a" {\n  inherits = ["from-another-file"]\n  tags = ["x/a"]\n}\n'
    assert not found(RULE, elsewhere, "docker-bake.hcl")


def test_compose_services_that_have_a_name_to_be_pushed_as() -> None:
    text = """\
        services:
          app:
            image: quay.io/acme/app:1
            build:
              context: .
          tool:
            build: .
          db:
            image: postgres
        """
    assert places(RULE, text, "compose.yaml") == [(2, "low")]
    assert "      context: .\n      provenance: mode=max\n" in fixed(RULE, text, "compose.yaml")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("./app # why", "{ context: ./app, provenance: mode=max } # why"),
        ('"./app"', '{ context: "./app", provenance: mode=max }'),
        ("${DIR}/app", '{ context: "${DIR}/app", provenance: mode=max }'),
        ("https://git.example/a.git#main", '{ context: "https://git.example/a.git#main", provenance: mode=max }'),
    ],
)
def test_a_short_build_in_a_compose_file_is_written_out(before: str, after: str) -> None:
    text = f"services:\n  app:\n    image: quay.io/acme/app:1\n    build: {before}\n"
    assert fixed(RULE, text, "compose.yaml") == text.replace(before, after)


def test_what_a_service_extends_may_say_it() -> None:
    base = "services:\n  app:\n    image: quay.io/acme/app:1\n    build: .\n"
    assert not found(RULE, base + "    extends: { file: common.yaml, service: base }\n", "compose.yaml")


@pytest.mark.parametrize(
    "wrapper",
    [
        "timeout 10m",
        "retry 3",
        "with_retry",
        "run",
        "nice -n 5",
        "sudo -E timeout 5",
        "exec_process",
        "run_cmd",
        "execute",
    ],
)
def test_a_command_that_another_one_runs(wrapper: str) -> None:
    text = job(run(f"{wrapper} docker buildx build --push ."))
    assert [one.column for one in found(RULE, text)] == [12 + len(wrapper)]
    assert "docker buildx build --provenance=mode=max --push ." in fixed(RULE, text)
    assert not found(RULE, job(run("echo docker buildx build --push .", "run make")))


def test_no_patch_for_a_target_that_another_one_inherits_and_loads() -> None:
    text = 'target "app" {\n  context = "."\n  tags = ["x/a"]\n}\n'
    text += 'target "dev" {\n  inherits = ["app"]\n  output = ["type=docker"]\n}\n'
    assert [one.fixable for one in found(RULE, text, "docker-bake.hcl")] == [False]
    assert found(RULE, text.replace("type=docker", "type=registry"), "docker-bake.hcl")[0].fixable


@pytest.mark.parametrize(
    ("driver", "runner", "severity"),
    [
        ("", "ubuntu-latest", "medium"),
        ("driver: docker", "ubuntu-latest", "low"),
        ("driver: docker", "self-hosted", "low"),
        ("driver: docker-container", "ubuntu-latest", "low"),
    ],
)
def test_no_fix_where_the_engines_own_builder_may_refuse_it(driver: str, runner: str, severity: str) -> None:
    setup = f"- uses: docker/setup-buildx-action@v4\n  with: {{ {driver} }}\n" if driver else ""
    text = job(setup + build("push: true", "tags: quay.io/acme/app:1")).replace("ubuntu-latest", runner)
    refuses = driver == "driver: docker"
    for rule in (RULE, "workflow-sbom-not-requested"):
        assert [one.fixable for one in found(rule, text)] == [not refuses]
    off = text.replace("push: true", "push: true\n          provenance: false")
    assert [one.fixable for one in found("workflow-provenance-disabled", off)] == [not refuses]
    assert [one.severity for one in found(RULE, text)] == [severity]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("docker build -t app .", "docker tag app quay.io/acme/app:1", "docker push quay.io/acme/app:1"), True),
        (("docker build -t app:1 .", "docker tag app:1 acme/app", "docker push acme/app"), True),
        (("docker build -t app .", "docker tag app quay.io/acme/app:1", "docker push quay.io/acme/other:1"), False),
        (("docker build -t app .", "docker tag other quay.io/acme/app:1", "docker push quay.io/acme/app:1"), False),
        (("docker build -t app .", "docker tag app localhost:5000/app", "docker push localhost:5000/app"), False),
        (("docker build -t app .", "docker push app"), False),
        (("docker build -t app:test .", "docker tag app:test quay.io/acme/app", "docker run app:test"), False),
    ],
)
def test_a_plain_name_that_is_tagged_and_pushed_is_published(lines: tuple[str, ...], *, said: bool) -> None:
    assert bool(found(RULE, job(run(*lines)))) is said


def test_the_engines_own_builder_has_a_code_for_causes() -> None:
    setup = "- uses: docker/setup-buildx-action@v4\n"
    old = build("push: true", uses="docker/build-push-action@v4.0.0")
    alone = build("push: true")
    reasons = [found(RULE, job(steps))[0].reason for steps in (alone, setup + alone, old)]
    assert reasons == ["engines-builder", None, None]
