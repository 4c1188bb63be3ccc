"""What people type, in a terminal or in Slack."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidReferenceError, RegistryError
from bot.oci.asked import parse_asked


@pytest.mark.parametrize(
    "text",
    [
        "quay.io/team/app:1",
        "  quay.io/team/app:1 ",
        "`quay.io/team/app:1`",
        "```quay.io/team/app:1```",
        "<http://quay.io/team/app:1|quay.io/team/app:1>",
        "<https://quay.io/team/app:1>",
        "`<http://quay.io/team/app:1|quay.io/team/app:1>`",
        "docker://quay.io/team/app:1",
        "oci://quay.io/team/app:1",
    ],
)
def test_what_clings_to_a_name_is_taken_off(text: str) -> None:
    assert str(parse_asked(text)) == "quay.io/team/app:1"


def test_a_web_address_is_refused_with_what_to_type() -> None:
    with pytest.raises(InvalidReferenceError, match=r"web address.*e\.g\. quay\.io"):
        parse_asked("https://quay.io/repository/team/app")


def test_a_layout_is_read_only_where_the_caller_allows_it(samples: Path) -> None:
    text = f"oci:{samples / 'min_2p_dflt'}"
    with pytest.raises(InvalidReferenceError, match="terminal"):
        parse_asked(text)
    assert parse_asked(text, layouts=True).tag == "min_2p_dflt"


@given(st.text(max_size=100) | st.text(alphabet="<>|`:/aA.@ \n", max_size=40))
def test_garbage_is_an_invalid_name_and_nothing_worse(text: str) -> None:
    try:
        reference = parse_asked(text)
    except InvalidReferenceError:
        return
    assert not reference.layout


@given(st.text(max_size=60))
def test_garbage_behind_oci_is_refused_by_our_own_errors(text: str) -> None:
    try:
        parse_asked(f"oci:{text}", layouts=True)
    except (InvalidReferenceError, RegistryError):
        return
