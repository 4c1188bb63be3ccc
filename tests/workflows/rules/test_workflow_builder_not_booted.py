import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-builder-not-booted"
SILENT = build("push: true", "builder: multi")


def test_the_first_build_on_an_unbooted_builder() -> None:
    text = job(run("B=multi", "docker buildx inspect $B || docker buildx create --name=$B") + SILENT)
    assert places(RULE, text) == [(8, "high")]
    assert "|| docker buildx create --bootstrap --name=$B" in fixed(RULE, text)


def test_harmless_while_the_mode_is_said() -> None:
    said = build("push: true", "builder: multi", "provenance: mode=max")
    assert places(RULE, job(run("docker buildx create --name multi") + said)) == [(7, "info")]


@pytest.mark.parametrize(
    "command",
    [
        "docker buildx create --name multi --bootstrap",
        "docker buildx create --name other",
        "docker buildx create --name $NAME",
        "docker buildx create --name multi && docker buildx inspect --bootstrap multi",
        "docker buildx create --name multi && docker buildx build --builder multi --push .",
    ],
)
def test_silent_when_it_is_booted_or_another_or_unknown(command: str) -> None:
    assert not found(RULE, job(run(command) + SILENT))


def test_a_builder_that_is_used_by_default() -> None:
    assert found(RULE, job(run("docker buildx create --use") + build("push: true")))
    assert not found(RULE, job(run("docker buildx create") + build("push: true")))


def test_a_command_line_boots_it_itself() -> None:
    assert not found(RULE, job(run("docker buildx create --use", "docker buildx build --push .")))
