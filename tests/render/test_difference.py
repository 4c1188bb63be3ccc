"""A difference for people: what was lost first, and nothing from outside that becomes markup."""

import json
import re

import pytest

from bot.evidence import Evidence, Unreadable
from bot.render.difference import FORMATS, render
from bot.render.display import Display
from bot.report.difference import Compared, Difference, PackageChange, PackagesDifference, compare
from tests.making import image, platform, provenance, reported

HOSTILE = "\x1b[31mred\x07\u202eevil`|*_<b>\n# head [x](https://evil.example) @everyone ]]>"


def difference(before: Evidence, after: Evidence, *packages: PackagesDifference) -> Difference:
    found = compare(Compared(reported(before), {}), Compared(reported(after), {}))
    return found.model_copy(update={"packages": packages})


def some_packages(name: str = "openssl", platform_: str = "linux/amd64", count: int = 1) -> PackagesDifference:
    changes = tuple(
        PackageChange(kind="changed", type="deb", name=f"{name}{n or ''}", before=("2",), after=("1",), order="down")
        for n in range(count)
    )
    return PackagesDifference(platform=platform_, before=count, after=count, changed=count, changes=changes)


LOST = difference(image(), image(platform(provenance=None), platform("linux/arm64", provenance=None)))


def test_what_was_lost_stands_first_and_platforms_together() -> None:
    lines = render("text", LOST, Display(width=80)).splitlines()
    assert lines[0] == "from  quay.io/acme/app:1.2.3 (pass)"
    assert "1 thing lost" in lines
    assert "  provenance (linux/amd64, linux/arm64): max -> none" in lines


def test_no_difference_is_said() -> None:
    text = render("text", difference(image(), image()), Display())
    assert "both names stand for the same digest" in text
    assert "no difference" in text


def test_a_version_that_went_down_is_loud() -> None:
    found = difference(image(), image(), some_packages(), some_packages(platform_="linux/arm64"))
    text = render("text", found, Display(width=80))
    assert "linux/amd64, linux/arm64: 1 -> 1: 1 changed" in text
    assert "changed  deb openssl  2 -> 1 (DOWN)" in text


def test_packages_are_cut_and_counted() -> None:
    found = difference(image(), image(), some_packages(count=50))
    assert "and 30 more; --verbose" in render("text", found, Display())
    assert "more" not in render("text", found, Display(verbose=True))


def test_quiet_is_one_line() -> None:
    text = render("text", LOST, Display(quiet=True))
    assert text == "1 thing lost  quay.io/acme/app:1.2.3  quay.io/acme/app:1.2.3\n"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_from_outside_becomes_markup(form: str, terminal: bool) -> None:  # noqa: FBT001
    after = platform(
        provenance=provenance(builder_id=HOSTILE, workflow=HOSTILE, base_images=(f"pkg:docker/{HOSTILE}@1",)),
        sbom=Unreadable(HOSTILE),
    )
    hostile = some_packages(HOSTILE, platform_=HOSTILE)
    unread = PackagesDifference(platform=HOSTILE, state="unknown", reason=HOSTILE)
    text = render(form, difference(image(platform()), image(after), hostile, unread), Display(terminal=terminal))
    without_style = re.sub(r"\x1b\[[0-9;]*m", "", text) if terminal and form == "text" else text
    for sign in ("\x1b", "\x07", "\u202e"):
        assert sign not in without_style
    assert "\x1b[31mred" not in text
    if form == "markdown":
        assert "<b>" not in text
        assert "\n# head" not in text
        assert "[x](https://evil.example)" not in text
        table = [line for line in text.splitlines() if line.startswith("|")]
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
        assert cells <= {4, 5}, table
    if form == "json":
        assert json.loads(text)["schema"] == "provenance-bot/difference/v1"


def test_a_link_to_the_commits_in_markdown() -> None:
    found = difference(image(platform()), image(platform(provenance=provenance(revision="f" * 40))))
    assert "([commits](https://github.com/acme/app/compare/0123" in render("markdown", found, Display())


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal_but_names_and_links(width: int) -> None:
    found = difference(image(), image(platform(provenance=None)), some_packages("a" * 120))
    for line in render("text", found, Display(width=width)).splitlines():
        assert len(line) <= width or line.startswith(("from", "to", "    http"))
