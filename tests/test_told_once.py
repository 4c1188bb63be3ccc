"""A loss covers the rule that says less of the same: that one stays in the report, and people are told once."""

import json

from bot.policy import Policy, default_policy
from bot.render.display import Display
from bot.render.formats import render
from bot.render.release.problems import problems
from bot.render.slack.release import parent
from bot.report import Report
from bot.rules import Outcome, catalogue
from tests.making import image, platform, reported
from tests.rules.earlier import ARM, BARE, LOST, earlier
from tests.slack.parts import release as release_of


def told(report: Report) -> list[str]:
    return [result.rule for result in report.told()]


def test_both_are_in_the_report_and_one_is_told() -> None:
    failing = {result.rule for result in LOST.failing()}
    assert {"provenance-lost", "provenance-missing", "sbom-lost", "sbom-missing"} <= failing
    assert told(LOST)[:2] == ["provenance-lost", "sbom-lost"]
    assert not {"provenance-missing", "sbom-missing"} & set(told(LOST))
    document = json.loads(render("json", [LOST], Display()))
    assert {one["rule"] for one in document["results"]} == {rule.id for rule in catalogue()}


def test_without_a_loss_the_absence_itself_is_told() -> None:
    assert {"provenance-missing", "sbom-missing"} <= set(told(reported(image(BARE))))


def test_a_platform_that_never_had_it_is_told_by_the_other_rule() -> None:
    report = reported(image(BARE, ARM), baseline=earlier(platform()))
    assert {"provenance-lost", "provenance-missing"} <= set(told(report))


def test_advice_does_not_hide_what_the_policy_requires() -> None:
    """Else the verdict would be a failure that nobody explains."""
    policy = Policy("strict", frozenset({"provenance-missing"}), frozenset({"provenance-lost"}))
    assert set(told(reported(image(BARE), policy, baseline=earlier(platform())))) == {
        "provenance-missing",
        "provenance-lost",
    }


def test_a_waived_loss_covers_nothing() -> None:
    waived = tuple(
        one.model_copy(update={"outcome": Outcome.WAIVED}) if one.rule == "provenance-lost" else one
        for one in LOST.results
    )
    assert "provenance-missing" in told(LOST.model_copy(update={"results": waived}))


def test_what_is_covered_exists_and_does_not_cover_back() -> None:
    by_id = {rule.id: rule for rule in catalogue()}
    for rule in catalogue():
        assert all(other in by_id and rule.id not in by_id[other].covers for other in rule.covers)


def test_in_a_terminal_and_in_markdown() -> None:
    for form in ("text", "markdown"):
        words = render(form, [LOST], Display(width=200)).replace("\\", "")
        assert "provenance-missing fails, too: the same" in words
        assert "No provenance (" not in words


def test_in_slack() -> None:
    release = release_of(LOST)
    assert {"provenance-lost"} <= {problem.rule for problem in problems(release)}
    text = str(parent(release, intent="i").blocks)
    titles = {rule.id: rule.title for rule in catalogue()}
    assert titles["provenance-lost"] in text
    assert f"*{titles['provenance-missing']}*" not in text


def test_the_built_in_policy_requires_what_is_lost_where_it_requires_the_thing() -> None:
    policy = default_policy()
    for rule in catalogue():
        if rule.covers & policy.require:
            assert rule.id in policy.require
