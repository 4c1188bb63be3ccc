"""Which failures of a release one change fixes."""

from bot.render.release.fixes import ReleaseFix, fixes
from bot.render.release.view import ImageView, ReleaseView
from bot.report import CauseSummary, Report
from tests.slack.parts import failing, report

SIGNED = "signature-missing"
STEP = CauseSummary(
    cause="never-signed", sureness="likely", because="b", fix="Sign.", snippet="- run: sign", language="yaml"
)
COMMAND = STEP.model_copy(update={"snippet": "sign --by-hand", "language": "sh"})


def unsigned(name: str, cause: CauseSummary, rule: str = SIGNED) -> Report:
    return report(failing(rule, causes=(cause,)), image=f"quay.io/acme/{name}:1.0")


def made(*reports: Report) -> list[ReleaseFix]:
    views = tuple(ImageView(one.image, report=one) for one in reports)
    return list(fixes(ReleaseView("acme 1.0", "acme 1.0", views)))


def test_an_image_of_which_nobody_knows_what_built_it_is_fixed_with_the_others() -> None:
    """Seen: the image of one platform, without provenance, had a reply with the same advice."""
    for order in (("app", "bare"), ("bare", "xapp")):
        (fix,) = made(*(unsigned(name, COMMAND if name == "bare" else STEP) for name in order))
        assert len(fix.images) == 2
        assert fix.advice.snippet == "- run: sign"


def test_another_cause_and_another_rule_have_another_fix() -> None:
    copied = COMMAND.model_copy(update={"cause": "not-copied", "snippet": "copy"})
    assert len(made(unsigned("app", STEP), unsigned("bare", copied))) == 2
    assert len(made(unsigned("app", STEP), unsigned("bare", COMMAND, "sbom-missing"))) == 2


def test_images_that_two_systems_built_have_two_fixes_and_a_third_may_need_either() -> None:
    job = STEP.model_copy(update={"snippet": "sign: {script: [sign]}"})
    assert len(made(unsigned("app", STEP), unsigned("web", job), unsigned("bare", COMMAND))) == 3
