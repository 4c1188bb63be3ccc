import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-sbom-not-requested"


def test_silent_and_off() -> None:
    text = job(build("push: true", "provenance: mode=max"))
    assert places(RULE, text) == [(6, "medium")]
    assert fixed(RULE, text) == text.replace("push: true\n", "push: true\n          sbom: true\n")
    off = job(build("push: true", "sbom: false"))
    assert places(RULE, off) == [(10, "medium")]
    assert fixed(RULE, off) == off.replace("sbom: false", "sbom: true")


@pytest.mark.parametrize(
    "said",
    ["sbom: true", "sbom: generator=docker/scout-sbom-indexer", "sbom: ${{ inputs.sbom }}", "attests: type=sbom"],
)
def test_said_or_unknown(said: str) -> None:
    assert not found(RULE, job(build("push: true", said)))


def test_flags_meet_each_other_at_one_place() -> None:
    text = job(run("docker buildx build --push ."))
    assert "docker buildx build --sbom=true --push ." in fixed(RULE, text)
    assert not found(RULE, job(run("docker buildx build --sbom=true --push .")))
    assert not found(RULE, job(run("docker buildx build --attest=type=sbom --push .")))


def test_bake_lists_grow_at_their_front() -> None:
    text = 'target "a" {\n  tags = ["x/a"]\n  attest = [\n    "type=provenance,mode=max",\n  ]\n}\n'
    after = fixed(RULE, text, "docker-bake.hcl")
    assert after == text.replace('    "type=prov', '    "type=sbom",\n    "type=prov')


@pytest.mark.parametrize("name", ["build", "bake"])
def test_dockers_own_reusable_workflows_make_none_unasked(name: str) -> None:
    """Whatever the bake file asks for: `sbom: false` is their default, and goes before it."""
    head = f"on: push\njobs:\n  image:\n    uses: docker/github-builder/.github/workflows/{name}.yml@v1\n    with:\n"
    text = head + "      output: image\n      push: ${{ github.event_name != 'pull_request' }}\n"
    assert places(RULE, text) == [(4, "medium")]
    assert fixed(RULE, text) == text + "      sbom: true\n"
    assert not found(RULE, text + "      sbom: ${{ inputs.sbom }}\n")
    assert fixed(RULE, text + "      sbom: false\n").endswith("      sbom: true\n")
    assert not found("workflow-provenance-not-explicit", text)
    assert not found("workflow-built-elsewhere", text)
    assert not found(RULE, head + "      output: local\n")


@pytest.mark.parametrize(
    ("runner", "setup", "own", "is_fixed"),
    [
        ("[self-hosted, linux]", "env.HOSTED == 'true'", "", False),
        ("[self-hosted, linux]", "env.HOSTED == 'true'", "env.HOSTED == 'true'", True),
        ("[self-hosted, linux]", "", "startsWith(github.ref, 'refs/tags/')", True),
        ("ubuntu-latest", "env.HOSTED == 'true'", "", True),
    ],
)
def test_a_builder_that_is_not_always_set_up(runner: str, setup: str, own: str, *, is_fixed: bool) -> None:
    """Without one the engine's own builder is used, which may refuse attestations on a runner that nobody knows."""
    steps = f"- uses: docker/setup-buildx-action@v4\n  if: {setup or 'true'}\n" + build(
        "push: true", "tags: acme/app:1"
    )
    text = job(steps.replace("  id: build\n", f"  id: build\n  if: {own or 'true'}\n"))
    (one,) = found(RULE, text.replace("ubuntu-latest", runner).replace("        if: true\n", ""))
    assert one.fixable is is_fixed
