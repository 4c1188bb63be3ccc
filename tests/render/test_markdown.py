"""A report in a CI summary."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attestations.provenance import Mode
from bot.check import unchecked
from bot.errors import NotFoundError
from bot.evidence import Evidence
from bot.policy import default_policy
from bot.render.markdown import block, code, escaped, prose, render
from tests.making import IMAGE, NOW, config, image, platform, provenance, reported


def shown(*evidence: Evidence) -> str:
    return render([reported(each, default_policy(), now=NOW) for each in evidence])


def test_the_verdict_is_the_heading() -> None:
    assert shown(image()).startswith("### ✅ `quay.io/acme/app:1.2.3`: pass\n")
    assert "### ❌ `quay.io/acme/app:1.2.3`: FAIL\n" in shown(image(), image(platform(sbom=None)))


def test_platforms_stand_in_a_table() -> None:
    assert "| linux/arm64 | none |" in shown(image(platform(), platform("linux/arm64", provenance=None)))


def test_a_failing_rule_and_its_cure() -> None:
    text = shown(image(platform(sbom=None)))
    assert "**No SBOM** (`sbom-missing`, high)" in text
    assert "```yaml\n- uses: docker/setup-buildx-action" in text
    assert "<details><summary>What to do</summary>\n\nAsk for it in every build step (`sbom: true`" in text


def test_what_to_paste_stands_once() -> None:
    text = shown(image(platform(provenance=provenance(Mode.MIN), sbom=None), signatures=()))
    assert text.count("The same change as for `sbom-missing`.") == 1
    assert text.count("docker/build-push-action") == 1
    blocks = re.findall(r"```\w+\n.*?```", text, re.DOTALL)
    assert len(blocks) == len(set(blocks)) >= 4


def test_an_image_that_was_not_reached() -> None:
    text = render([unchecked(IMAGE, NotFoundError("no such tag", host="quay.io"), default_policy(), now=NOW)])
    assert "### ❔ `quay.io/acme/app:1.2.3`: could not be checked" in text
    assert "> Image not found. no such tag" in text


@pytest.mark.parametrize(
    "hostile",
    ["<img src=x>", "[click](https://evil.example)", "a | b", "# heading", "- item", "1. item", "**bold**", "`x`"],
)
def test_nothing_from_outside_is_markup(hostile: str) -> None:
    text = shown(image(platform(config=config(labels=((f"x{hostile}", "${X}"),)))))
    assert f"label {escaped(f'x{hostile}')} holds" in text
    assert re.match(r"\\.|1\\\.|a \\\|", escaped(hostile))


@given(st.text())
def test_a_code_span_holds_what_it_is_given(text: str) -> None:
    span = code(text)
    fence = span[: len(span) - len(span.lstrip("`"))]
    assert "\n" not in span
    assert fence not in span[len(fence) : -len(fence)]


@given(st.text())
def test_a_code_block_holds_what_it_is_given(text: str) -> None:
    first, *content, last = block(text, "sh").split("\n")
    assert first == last + "sh"
    assert not any(last in line for line in content)


def test_backticks_in_our_own_text_are_code() -> None:
    assert prose("use `a_b` and <c>") == r"use `a_b` and \<c\>"
    assert prose("one ` alone") == r"one \` alone"
