"""What a person reads in a terminal."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.attestations.provenance import Exposed, Mode, RecordPlace
from bot.check import unchecked
from bot.errors import UnavailableError
from bot.evidence import Evidence, Unreadable
from bot.policy import default_policy
from bot.render.display import Display
from bot.render.text import render
from bot.report import CauseSummary, Report
from tests.conftest import ROOT
from tests.making import IMAGE, NOW, config, digest, image, platform, provenance, reported

TOKEN = "npm_" + "a1B2" * 9
SAMPLE = f"oci:{ROOT}/bot/demo/images/max-sbom_2p_dflt"


def report(evidence: Evidence) -> Report:
    return reported(evidence, default_policy(), now=NOW)


def shown(evidence: Evidence, *, width: int = 100, terminal: bool = False, verbose: bool = False) -> str:
    return render([report(evidence)], Display(width, terminal, verbose))


def test_the_verdict_comes_first_and_is_a_word() -> None:
    assert shown(image()).startswith("PASS  quay.io/acme/app:1.2.3\n")
    assert shown(image(platform(sbom=None))).startswith("FAIL  quay.io/acme/app:1.2.3\n")
    assert f"digest: {digest('index')}" in shown(image(), verbose=True)


def test_a_failing_rule_says_what_why_and_how() -> None:
    evidence = image(platform(provenance=provenance(Mode.MIN)))
    text = shown(evidence)
    assert "- Provenance is recorded in min mode (provenance-mode-min, high)" in text
    assert "provenance: mode=max" in text
    assert "linux/amd64: mode=min" not in text  # the table says it
    details = shown(evidence, verbose=True)
    assert "linux/amd64: mode=min" in details
    assert "docker buildx imagetools inspect quay.io/acme/app:1.2.3" in details


def test_the_worst_stands_on_top_and_advice_below() -> None:
    evidence = image(
        platform(
            sbom=None,
            provenance=provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN),)),
            config=config(labels=(("version", "${VERSION}"),)),
        ),
    )
    text = shown(evidence)
    assert text.index(", critical)") < text.index("No SBOM") < text.index("also advised")
    assert text.index("also advised") < text.index("(image-label-unexpanded)")
    assert TOKEN[:10] not in text


def test_several_images_end_with_a_line_about_all() -> None:
    reports = [report(image()), report(image(platform(sbom=None))), report(image(platforms=())), report(image())]
    assert render(reports).splitlines()[-1] == (
        "4 images: 1 FAIL, 1 could not be checked, 2 pass | provenance: 1 unknown | 3 max"
    )
    assert "images:" not in render(reports[:1])


def test_what_keeps_us_from_several_rules_is_said_once() -> None:
    gone = Unreadable("the registry did not answer")
    text = " ".join(shown(image(platforms=(), unreadable=(gone,))).split())
    assert text.count("the registry did not answer") == 1
    assert "unknown: attestation-malformed, attestation-missing-blob, " in text
    assert "platform" not in text.partition("unknown: ")[0]


def test_the_advice_of_a_cause_stands_first_and_the_cause_among_the_details() -> None:
    told = report(image(platform(sbom=None)))
    cause = CauseSummary(cause="never-asked", sureness="certain", because="nobody asked for one", fix="Ask for one.")
    results = tuple(
        result.model_copy(update={"causes": (cause,)}) if result.rule == "sbom-missing" else result
        for result in told.results
    )
    one = told.model_copy(update={"results": results})
    assert "Fix: Ask for one." in render([one])
    assert "nobody asked for one" not in render([one])
    assert "why (certain): nobody asked for one" in render([one], Display(verbose=True))


def test_what_could_not_be_checked_is_said_so() -> None:
    text = shown(image(platform(provenance=Unreadable("quay.io timed out"))))
    assert text.startswith("COULD NOT BE CHECKED  ")
    assert "unknown: " in text
    assert "provenance-missing" in text
    assert "\n     linux/amd64: quay.io timed out\n" in text


def test_an_image_that_was_not_reached() -> None:
    error = UnavailableError("quay.io timed out", host="quay.io", tried=4)
    text = render([unchecked(IMAGE, error, default_policy(), now=NOW)])
    assert text.startswith("COULD NOT BE CHECKED  quay.io/acme/app:1.2.3\n")
    assert text.count("quay.io timed out") == 1
    assert "4 times" in text
    assert text.lower().count("could not") == 1
    assert "provenance-missing" not in text


def test_what_passed_is_shown_when_asked_for() -> None:
    assert "pass: sbom-missing" not in shown(image())
    assert "pass: sbom-missing" in shown(image(), verbose=True)
    assert "skipped: provenance-base-unexpected (the policy names no base images)" in shown(image(), verbose=True)


def test_the_same_snippet_is_not_shown_twice() -> None:
    text = shown(image(platform(provenance=None, sbom=None)))
    assert text.count("provenance: mode=max") == 1
    assert text.count("Fix: ") == 1
    assert text.count("https://") <= 1  # who signed it


def test_snippets_are_never_wrapped() -> None:
    text = shown(image(platform(sbom=None)), width=50, verbose=True)
    assert "       docker buildx imagetools inspect quay.io/acme/app:1.2.3 --format '{{json .SBOM}}' \\\n" in text


def test_in_a_narrow_window_no_word_of_the_table_is_broken() -> None:
    text = shown(image(platform(sbom=None), platform("linux/arm64", sbom=None), signatures=()), width=40)
    assert "platform        provenance SBOM signed\n" in text
    assert "  linux/amd64,    max " in text
    assert "\n  linux/arm64\n" in text


def test_where_a_word_of_the_table_has_no_room_each_platform_is_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--format", "json", SAMPLE]) == 0
    sample = Report.model_validate_json(capsys.readouterr().out)
    narrow = render([sample], Display(40))
    assert "  linux/amd64, linux/arm64\n    provenance: max\n    SBOM: spdx, 3 packages\n    signed: no\n" in narrow
    for width in range(41, 60):
        table = render([sample], Display(width))
        assert re.search(r"^  platform +provenance +SBOM +signed\n  linux/amd64,.* max ", table, re.MULTILINE)


def test_prose_is_wrapped_to_the_width() -> None:
    text = shown(image(platform(provenance=Unreadable("word " * 60))), width=60)
    assert max(len(line) for line in text.splitlines()) <= max(60, len(digest("index")) + 2)


def test_an_image_that_only_we_can_look_at_is_verified_by_checking_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--details", f"oci:{ROOT}/bot/demo/images/min_2p_dflt"])
    assert "\n\n  then verify by checking it again\n" in capsys.readouterr().out


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
    out = shown(evidence, terminal=terminal, width=10_000, verbose=True)
    assert "[bold]" in out
    assert ":smile:" in out
    assert "\x1b[31m:smile:" not in out


SAMPLES = {
    "der-imagetools-merge_partial": ("No provenance", "Build every platform with the same flags"),
    "max-args_1p_classic": ("A secret can be read from the image", "Revoke the credential now"),
    "max-sbom_2p_dflt": ("The image is not signed", "Sign by digest"),
    "min_2p_dflt": ("Provenance is recorded in min mode", "Ask for it where the image is built"),
    "none_2p_dflt": ("No provenance", "ask for mode=max instead"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_twelve_lines_hold_verdict_problem_and_fix(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    problem, fix = SAMPLES[name]
    main(["check", f"oci:{ROOT / 'bot/demo/images' / name}"])
    out = capsys.readouterr().out
    top = " ".join(" ".join(out.splitlines()[:12]).split())
    assert re.match(r"(FAIL|WARN)  oci:", out)
    assert problem in top
    assert fix in top


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("how", ["--quiet", "--details", ""])
def test_no_line_is_told_twice(name: str, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", f"oci:{ROOT / 'bot/demo/images' / name}", *filter(None, [how])])
    lines = [line for line in capsys.readouterr().out.splitlines() if len(line) > 50]
    assert not [line for line in lines if lines.count(line) > 1]


def test_platforms_with_the_same_evidence_share_a_row_and_others_do_not() -> None:
    both = platform(), platform("linux/arm64")
    assert "  linux/amd64, linux/arm64   max " in shown(image(*both))
    text = shown(image(platform(), platform("linux/arm64", provenance=None)))
    assert "  linux/amd64   max " in text
    assert "  linux/arm64   none " in text
    assert "(provenance-missing, high): linux/arm64" in text


def test_advice_looks_like_advice() -> None:
    text = shown(image(signatures=()))
    assert text.startswith("WARN  ")
    assert "has all that policy default requires" in text
    assert "advised:\n  - The image is not signed" in text
    assert "Fix:" not in text


def test_no_colour_is_no_colour() -> None:
    coloured = shown(image(platform(sbom=None)), terminal=True)
    plain = render([report(image(platform(sbom=None)))], Display(terminal=True, colours=False))
    colours = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")
    assert colours.search(coloured)
    assert not colours.search(plain)


def test_a_platform_that_fails_alone_is_named_once() -> None:
    leaking = provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN),))
    text = shown(image(platform(), platform("linux/arm64", provenance=leaking)))
    assert text.partition("(provenance-secret-exposed")[2].partition("Fix:")[0].count("linux/arm64") == 1
