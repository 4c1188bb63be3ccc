"""A policy's patterns, and how long they may take."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedError
from bot.rules.patterns import PATTERN_MAX, TEXT_MAX, fits, is_in, is_listed, require_pattern

HOSTILE = "a" * 8000


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(a|a)*b", r"(.*.*.*.*)*=", r"a*a*a*a*a*a*b"])
def test_no_text_takes_long_whatever_the_pattern(pattern: str) -> None:
    """Python's own engine would not come back from these in a lifetime."""
    assert not fits(require_pattern(pattern), HOSTILE)


def test_all_of_the_text() -> None:
    assert fits("a|b", "a")
    assert not fits("a|b", "ab")
    assert fits("^a$", "a")
    assert not fits("^a$", "a\n")
    assert is_in("^latest", "latest-native")
    assert not is_in("^latest$", "latest-native")


def test_a_pattern_that_ends_in_a_slash_names_everything_below() -> None:
    assert is_listed("https://github.com/acme/app", [r"https://github\.com/acme/"])
    assert not is_listed("https://github.com/acme", [r"https://github\.com/acme/"])
    assert not is_listed("https://github.com/acme-evil", [r"https://github\.com/acme"])


@pytest.mark.parametrize("step", ["..", ".", "%2e%2e", ".%2E", "%2e", "%252e%252e"])
@pytest.mark.parametrize(
    "rest", ["/evil/app", "", "?x", "#main", "\\evil", "%2fevil", "%5Cevil", "%252fevil", ";x/evil"]
)
def test_no_pattern_names_an_address_that_climbs(step: str, rest: str) -> None:
    """Git and curl drop such steps: what is fetched is another repository than the one that is matched."""
    assert not is_listed(f"https://github.com/acme/{step}{rest}", [r"https://github\.com/acme/", ".+"])
    assert not is_listed(f"git@github.com:{step}{rest}", [".+"])


@pytest.mark.parametrize("sign", ["\n", "\t", "\r", "\0", "\x7f"])
def test_no_pattern_names_an_address_with_control_signs(sign: str) -> None:
    """Browsers and some clients leave them out, and then climb."""
    assert not is_listed(f"https://github.com/acme/.{sign}./evil/app", [r"https://github\.com/acme/", "(?s).+"])


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/acme/..app",
        "https://github.com/.github/x",
        "docker.io/a:1..2",
        "pkg:docker/127.0.0.1%3A5000/a@1.35?platform=linux%2Famd64",
        "https://ci.example/job/release of app/",
    ],
)
def test_dots_in_a_name_are_not_steps(text: str) -> None:
    assert is_listed(text, [".+"])


@pytest.mark.parametrize("pattern", ["(", "[", r"(?=a)b", r"(a)\1", "a{9999999}", "(?x)a #", "a" * (PATTERN_MAX + 1)])
def test_what_is_no_pattern_here(pattern: str) -> None:
    with pytest.raises(MalformedError):
        require_pattern(pattern)


def test_a_text_that_is_too_long_fits_nothing() -> None:
    assert not fits(".*", "a" * (TEXT_MAX + 1))


@given(st.text(max_size=60))
def test_escaped_text_is_a_pattern_for_itself(text: str) -> None:
    pattern = re.sub(r"([^A-Za-z0-9\u0080-\U0010ffff])", lambda found: f"\\x{{{ord(found[1]):x}}}", text)
    assert fits(pattern, text)
