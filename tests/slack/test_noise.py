"""How much people hear: a release is one parent, at most three replies and one mention; what stays good is silent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.render.release.headline import headline
from bot.render.release.view import Passes, ReleaseView
from bot.render.slack.answer import fixes_answer
from bot.report import ArtifactSummary, FindingSummary, Report, Result, Verdict
from bot.rules import Outcome, Question, Severity, catalogue
from bot.store import Store
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.fake_slack import FakeSlack
from tests.slack.parts import CHANNEL, Office, failing, opened, passing, release, report

OWNERS = ("U0ALICE1", "S0TEAM123")
REPOSITORIES = ("app", "app-uber", "app-async-minion", "app-cli")
TAGS = ("1.16.0", "1.16.0-native")
CHART = ArtifactSummary(kind="helm-chart", media_type="application/vnd.cncf.helm.config", name="a Helm chart")
RULES = ("sbom-missing", "provenance-mode-min", "signature-missing", "provenance-source-missing")


@asynccontextmanager
async def quiet_office(slack: FakeSlack, store: Store) -> AsyncIterator[Office]:
    async with opened(slack, store, base_url="https://bot.example.org") as office:
        yield office


def images() -> list[str]:
    return [f"quay.io/acme/{name}:{tag}" for tag in TAGS for name in REPOSITORIES]


def together(reports: list[Report]) -> ReleaseView:
    view = release(*reports)
    return replace(view, subject="acme/app 1.16.0", title="acme/app 1.16.0", owners=OWNERS)


def notifying(slack: FakeSlack) -> list[dict[str, Any]]:
    return [call.args for call in slack.called("chat.postMessage")]


def mentions(slack: FakeSlack) -> int:
    return sum("<@U0ALICE1>" in str(sent["text"]) for sent in notifying(slack))


async def test_a_release_of_eight_images_is_one_parent_three_replies_and_one_mention(
    slack: FakeSlack, store: Store
) -> None:
    """The images arrive one after the other, each fails in its own way, and everything is told twice."""
    async with quiet_office(slack, store) as office:
        reports: list[Report] = []
        for number, image in enumerate(images()):
            reports.append(report(failing(RULES[number % 4]), failing(RULES[(number + 1) % 4]), image=image))
            for _ in range(2):
                await office.publish(together(reports))
        (parent,) = slack.parents(CHANNEL)
        assert len(slack.replies(CHANNEL, parent["ts"])) <= 3
        assert len(notifying(slack)) <= 4
        assert mentions(slack) == 1
        assert "8 images not ready" in parent["text"] or "not ready" in parent["text"]


async def test_a_release_that_is_all_good_is_one_message_without_a_mention(slack: FakeSlack, store: Store) -> None:
    async with quiet_office(slack, store) as office:
        await office.publish(together([report(passing("sbom-missing"), image=image) for image in images()]))
        assert len(notifying(slack)) == 1
        assert not mentions(slack)


async def test_twelve_nightly_builds_that_stay_good_are_silent(slack: FakeSlack, store: Store) -> None:
    async with quiet_office(slack, store) as office:
        for night in range(12):
            good = report(passing("sbom-missing"), image="quay.io/acme/app:nightly", content=str(night), minute=night)
            view = release(good)
            assert view.is_rolling or "rolling" in view.subject
            await office.publish(replace(view, is_rolling=True, passes=Passes.DIGEST, owners=OWNERS))
        assert not notifying(slack)
        assert not slack.called("chat.update")
        address = Address(slack.space.team, CHANNEL, "")
        assert await PassedReleases(store).since(address, 0.0) == (view.subject,), "one line in the digest"


async def test_fail_pass_fail_is_one_line_for_each_change(slack: FakeSlack, store: Store) -> None:
    async with quiet_office(slack, store) as office:
        bad, good = failing("sbom-missing"), passing("sbom-missing")
        for minute, (result, content) in enumerate([(bad, "one"), (good, "two"), (bad, "three"), (bad, "three")]):
            view = release(report(result, content=content, minute=minute))
            await office.publish(replace(view, owners=OWNERS))
        (parent,) = slack.parents(CHANNEL)
        replies = slack.replies(CHANNEL, parent["ts"])
        assert len(replies) == 3  # its fix, now passes, fails again
        assert mentions(slack) == 2, "it passed in between"


async def test_a_fix_collapses_to_one_line(slack: FakeSlack, store: Store) -> None:
    async with quiet_office(slack, store) as office:
        await office.publish(report(failing("sbom-missing")))
        await office.publish(report(passing("sbom-missing"), content="two"))
        (parent,) = slack.parents(CHANNEL)
        fix = slack.replies(CHANNEL, parent["ts"])[0]
        (block,) = fix["blocks"]
        (paragraph,) = block["elements"]
        assert "✅ Fixed in sha256:" in str(paragraph)
        assert "(was: sbom-missing is what failed)" in str(paragraph)


async def test_a_chart_of_which_the_policy_asks_nothing_gets_no_thread(slack: FakeSlack, store: Store) -> None:
    chart = report(nobody_asks(), artifact=CHART, image="quay.io/acme/charts/app:1.0.0")
    async with quiet_office(slack, store) as office:
        await office.publish(release(chart))
    assert slack.parents(CHANNEL) == []


async def test_a_chart_that_is_not_signed_gets_a_thread(slack: FakeSlack, store: Store) -> None:
    chart = report(failing("signature-missing"), artifact=CHART, image="quay.io/acme/charts/app:1.0.0")
    async with quiet_office(slack, store) as office:
        await office.publish(release(chart))
    assert len(slack.parents(CHANNEL)) == 1


def test_whoever_asks_about_such_a_chart_is_told_that_nothing_was_verified() -> None:
    view = release(report(nobody_asks(), artifact=CHART))
    assert headline(view)[1] == "nothing was verified: not an image, and the policy asks for no signature"


def nobody_asks() -> Result:
    finding = FindingSummary(subject="image", message="m", outcome=Outcome.UNKNOWN, reason=UnknownReason.NOT_ASKED)
    rule = next(rule.id for rule in catalogue() if rule.answers is Question.IS_SIGNED)
    said = {"rule": rule, "outcome": Outcome.UNKNOWN, "severity": Severity.HIGH, "title": "t", "required": True}
    return Result.model_validate({**said, "findings": (finding,)})


async def test_a_thread_says_that_its_tag_has_become_another_name_of_what_passes(
    slack: FakeSlack, store: Store
) -> None:
    """1.2 failed, and stands now for 1.2.4, which has a thread of its own."""
    image = "quay.io/acme/app:1.2"
    async with quiet_office(slack, store) as office:
        await office.publish(release(report(failing("sbom-missing"), image=image)))
        good = report(passing("sbom-missing"), image=image, content="two", minute=1)
        for _ in range(2):
            await office.publish(release(good, twin="acme/app 1.2.4"))
    (parent,) = slack.parents(CHANNEL)
    assert "now the same as `acme/app 1.2.4`" in str(parent["blocks"])
    assert sum("Now passes" in reply["text"] for reply in slack.replies(CHANNEL, parent["ts"])) == 1


async def test_what_passes_with_advice_is_one_post_and_its_button_has_the_fix(office: Office) -> None:
    """Seen: each release that passed had two or three replies about the same advice."""
    advised = failing("provenance-builder-unknown", required=False)
    await office.publish(report(passing("sbom-missing"), advised, verdict=Verdict.WARN))
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["text"] == "Warn: acme/app 1.2.3, passes, with advice."
    assert office.slack.replies(CHANNEL, parent["ts"]) == []
    assert "Show the fix" in str(parent["blocks"])
    assert fixes_answer(release(report(advised, verdict=Verdict.WARN))) is not None

    await office.publish(report(failing("sbom-missing"), advised, content="two"))
    fixes = [reply["text"].partition(":")[0] for reply in office.slack.replies(CHANNEL, parent["ts"])]
    assert fixes[:2] == ["Fix for sbom-missing", "Fix for provenance-builder-unknown"]


async def test_a_change_is_told_also_where_it_is_only_advice(office: Office) -> None:
    """Unlike other advice, it is true of this release alone; and an edit of the first post reaches nobody."""
    advised = failing("signature-missing", required=False)
    await office.publish(report(passing("sbom-missing"), advised, verdict=Verdict.WARN))
    moved = failing("tag-moved", required=False)
    await office.publish(report(passing("sbom-missing"), advised, moved, verdict=Verdict.WARN, content="two"))
    (parent,) = office.slack.parents(CHANNEL)
    told = [reply["text"].partition(":")[0] for reply in office.slack.replies(CHANNEL, parent["ts"])]
    assert told == ["Fix for tag-moved"]
