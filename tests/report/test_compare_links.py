"""Links between two commits: to known hosts alone, whatever a statement claims."""

import pytest

from bot.report.difference.links import compare_link

A, B = "a" * 40, "b" * 40


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://github.com/acme/app", f"https://github.com/acme/app/compare/{A}...{B}"),
        ("https://gitlab.com/acme/team/app", f"https://gitlab.com/acme/team/app/-/compare/{A}...{B}"),
        ("https://codeberg.org/acme/app", f"https://codeberg.org/acme/app/compare/{A}...{B}"),
        ("https://git.corp/acme/app", f"https://git.corp/acme/app/compare/{A}...{B}"),
    ],
)
def test_known_hosts(source: str, link: str) -> None:
    assert compare_link(source, A, B, server="https://git.corp") == link


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("https://evil.example/acme/app", A, B),
        ("https://github.com.evil.example/acme/app", A, B),
        ("https://github.com@evil.example/acme/app", A, B),
        ("http://github.com/acme/app", A, B),
        ("https://github.com/acme", A, B),
        ("https://github.com/acme/../app", A, B),
        ("https://github.com/acme/app?x=y", A, B),
        ("https://github.com/acme/app#x", A, B),
        ("https://github.com/acme/app)[x](https://evil.example", A, B),
        ("https://github.com/acme/a b", A, B),
        ("https://github.com/acme/app", A, A),
        ("https://github.com/acme/app", f"{A}-dirty", A),
        ("https://github.com/acme/app", "main", B),
        ("https://github.com/acme/app", A, f"{B}\n"),
        ("https://github.com/acme/app", f"{A}/../../evil", B),
        ("https://github.com/acme/app", "", B),
    ],
)
def test_no_link(source: str, before: str, after: str) -> None:
    assert compare_link(source, before, after) == ""
