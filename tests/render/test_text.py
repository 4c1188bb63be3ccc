"""What a person reads in a terminal."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attestations.provenance import Exposed, Mode, RecordPlace
from bot.check import unchecked
from bot.errors import UnavailableError
from bot.evidence import Evidence, Unreadable
from bot.policy import default_policy
from bot.render.display import Display
from bot.render.text import render
from bot.report import CauseSummary, Report
from tests.making import IMAGE, NOW, config, digest, image, platform, provenance, reported

TOKEN = "npm_" + "a1B2" * 9


def report(evidence: Evidence) -> Report:
    return reported(evidence, default_policy(), now=NOW)


def shown(evidence: Evidence, *, width: int = 100, terminal: bool = False, verbose: bool = False) -> str:
    return render([report(evidence)], Display(width, terminal, verbose))


def test_the_verdict_comes_first_and_is_a_word() -> None:
    assert shown(image()).startswith("PASS  quay.io/acme/app:1.2.3\n")
    assert shown(image(platform(sbom=None))).startswith("FAIL  quay.io/acme/app:1.2.3\n")
    assert digest("index") in shown(image())


def test_a_failing_rule_says_what_why_and_how() -> None:
    text = shown(image(platform(provenance=provenance(Mode.MIN))))
    assert "high: Provenance is recorded in min mode (provenance-mode-min)" in text
    assert "linux/amd64: mode=min" in text
    assert "provenance: mode=max" in text
    assert "docker buildx imagetools inspect quay.io/acme/app:1.2.3" in text


def test_the_worst_stands_on_top_and_advice_below() -> None:
    evidence = image(
        platform(
            sbom=None,
            provenance=provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN),)),
            config=config(labels=(("version", "${VERSION}"),)),
        ),
    )
    text = shown(evidence)
    assert text.index("critical: ") < text.index("high: No SBOM") < text.index("low, advised: ")
    assert TOKEN[:10] not in text


def test_several_images_end_with_a_line_about_all() -> None:
    reports = [report(image()), report(image(platform(sbom=None))), report(image(platforms=())), report(image())]
    assert render(reports).splitlines()[-1] == "4 images: 1 FAIL, 1 could not be checked, 2 pass"
    assert "images:" not in render(reports[:1])


def test_what_keeps_us_from_several_rules_is_said_once() -> None:
    gone = Unreadable("the registry did not answer")
    text = " ".join(shown(image(platforms=(), unreadable=(gone,))).split())
    assert text.count("the registry did not answer") == 1
    assert "unknown: attestation-malformed, attestation-missing-blob, " in text
    assert "platform" not in text.partition("unknown: ")[0]


def test_a_cause_stands_before_the_advice() -> None:
    told = report(image(platform(sbom=None)))
    cause = CauseSummary(cause="never-asked", sureness="certain", because="nobody asked for one", fix="Ask for one.")
    results = tuple(
        result.model_copy(update={"causes": (cause,)}) if result.rule == "sbom-missing" else result
        for result in told.results
    )
    text = render([told.model_copy(update={"results": results})])
    assert "why (certain): nobody asked for one" in text
    assert "Ask for one." in text


def test_what_could_not_be_checked_is_said_so() -> None:
    text = shown(image(platform(provenance=Unreadable("quay.io timed out"))))
    assert text.startswith("COULD NOT BE CHECKED  ")
    assert "unknown: " in text
    assert "provenance-missing" in text
    assert "\n    linux/amd64: could not be checked: quay.io timed out\n" in text


def test_an_image_that_was_not_reached() -> None:
    error = UnavailableError("quay.io timed out", host="quay.io", tried=4)
    text = render([unchecked(IMAGE, error, default_policy(), now=NOW)])
    assert text.startswith("COULD NOT BE CHECKED  quay.io/acme/app:1.2.3\n")
    assert "quay.io timed out" in text
    assert "4 times" in text
    assert "provenance-missing" not in text


def test_what_passed_is_shown_when_asked_for() -> None:
    assert "pass: sbom-missing" not in shown(image())
    assert "pass: sbom-missing" in shown(image(), verbose=True)
    assert "skipped: provenance-base-unexpected (the policy names no base images)" in shown(image(), verbose=True)


def test_the_same_snippet_is_not_shown_twice() -> None:
    text = shown(image(platform(provenance=None, sbom=None)))
    assert text.count("provenance: mode=max") == 1
    assert "(the same as for provenance-missing)" in text


def test_snippets_are_never_wrapped() -> None:
    text = shown(image(platform(sbom=None)), width=50)
    assert "      docker buildx imagetools inspect quay.io/acme/app:1.2.3 --format '{{json .SBOM}}' \\\n" in text


def test_prose_is_wrapped_to_the_width() -> None:
    text = shown(image(platform(provenance=Unreadable("word " * 60))), width=60)
    assert max(len(line) for line in text.splitlines()) <= max(60, len(digest("index")) + 2)


def test_plain_without_a_terminal_and_coloured_with_one() -> None:
    assert shown(image()).isascii()
    assert "\x1b[" in shown(image(), terminal=True)


def test_several_images() -> None:
    text = render([report(image()), report(image(platform(sbom=None)))])
    assert text.index("PASS  quay.io/acme/app") < text.index("FAIL  quay.io/acme/app")


@settings(max_examples=50)
@given(st.text(max_size=60), st.booleans())
def test_nothing_from_outside_is_markup_or_moves_the_cursor(text: str, terminal: bool) -> None:  # noqa: FBT001 - drawn
    hostile = f"[bold]{text}[/bold]\x1b[31m:smile:"
    labels = (("${X}" + hostile, "${X}"), (hostile, "${Y}"))
    evidence = image(platform(provenance=provenance(Mode.MIN, builder_id=hostile), config=config(labels=labels)))
    out = shown(evidence, terminal=terminal, width=10_000)
    assert "[bold]" in out
    assert ":smile:" in out
    assert "\x1b[31m:smile:" not in out
