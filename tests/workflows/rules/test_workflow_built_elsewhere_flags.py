"""Flags that decide whether a command is said to push an image that was not read."""

import pytest

from tests.workflows.looking import found, job, run
from tests.workflows.rules.test_workflow_built_elsewhere_commands import LOGIN, RULE


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("docker buildx bake -f app.hcl --push", False),
        ("docker buildx bake --push --provenance=mode=max", False),
        ("docker buildx bake --push $FLAGS", True),
    ],
)
def test_a_bake_file_decides_what_its_command_does_not_say(line: str, is_told: bool) -> None:  # noqa: FBT001 - a table
    assert bool(found(RULE, job(run(line)))) is is_told


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("dotnet publish -t:PublishContainer -p:ContainerRegistry=ghcr.io -p:ContainerRepository=acme/app", True),
        ("dotnet publish -t:PublishContainer -p ContainerRegistry=ghcr.io", True),
        ("dotnet publish -t:PublishContainer", False),
        ("dotnet nuget push app.nupkg", False),
    ],
)
def test_a_container_of_dotnet_goes_to_the_registry_that_it_is_told(line: str, is_told: bool) -> None:  # noqa: FBT001
    assert bool(found(RULE, job(LOGIN + run(line)))) is is_told
