"""Conditions that can be decided without running anything."""

import pytest

from bot.workflows.conditions import decided

KNOWN: dict[str, str | bool] = {"inputs.sign": "false", "inputs.on": True, "inputs.off": False}
KNOWN |= {"inputs.mode": "full", "inputs.none": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("false", False),
        ("${{ false }}", False),
        ("inputs.off", False),
        ("${{ inputs.on }}", True),
        ("!inputs.on", False),
        ("inputs.sign == 'true'", False),
        ("inputs.sign != 'true'", True),
        ("inputs.sign", True),  # a text that is not empty
        ("inputs.mode == 'FULL'", True),  # GitHub does not look at the case
        ("github.ref == 'refs/heads/main' && inputs.off", False),
        ("inputs.on || github.actor == 'x'", True),
        ("(inputs.off || false) && github.actor", False),
        ("github.ref == 'refs/heads/main'", None),
        ("inputs.none == github.repository", False),  # no run has an empty name of the repository
        ("github.actor != inputs.none", True),
        ("github.repository == github.event.repository.full_name", None),
        ("!github.sha || inputs.off", False),
        ("inputs.other", None),
        ("always() && inputs.off", False),
        ("contains(github.ref, 'a, b') || inputs.on", True),
        ("startsWith(github.ref, 'refs/tags/')", None),  # what functions give, only the run knows
        ("always(", None),
        ("inputs.off == 'false'", None),  # of different types
        ("", None),
        ("((", None),
        ("a b", None),
        ("'", None),
        ("(" * 500 + "false" + ")" * 500, None),
        ("!" * 2_000, None),
    ],
)
def test_decided_or_left_to_the_run(text: str, expected: bool | None) -> None:  # noqa: FBT001 - a parameter
    assert decided(text, KNOWN) is expected
