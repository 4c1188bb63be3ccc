"""A release of several images: one thread, told when there is a verdict, and silent while nothing changes."""

import pytest

from bot.render.release.view import ImageView, Passes, ReleaseView
from bot.report import FindingSummary, Report
from bot.rules import Outcome, Severity
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from bot.unreadable import UnknownReason
from bot.values import replace
from tests.slack.parts import CHANNEL, Office, failing, passing, release, report

SBOM, SIGNED, SECRET = "sbom-missing", "signature-missing", "provenance-secret-exposed"
REPOSITORIES = ("microcks", "microcks-uber", "microcks-cli")
REGISTRIES = ("quay.io", "docker.io")
IMAGES = tuple(f"{registry}/acme/{name}:1.16.0" for registry in REGISTRIES for name in REPOSITORIES)


def whole(*reports: Report, **more: object) -> ReleaseView:
    """All images of the version; those without a report are still to come."""
    known = {one.image: one for one in reports}
    images = tuple(ImageView(image, report=known.get(image), is_open=is_open(known.get(image))) for image in IMAGES)
    return replace(ReleaseView("acme 1.16.0", "acme 1.16.0", images), **more)  # type: ignore[arg-type]


def is_open(told: Report | None) -> bool:
    return told is None or told.is_waiting


def good(image: str) -> Report:
    return report(passing(SBOM), passing(SIGNED), passing(SECRET), image=image)


def bad(image: str) -> Report:
    return report(failing(SBOM, title="No SBOM"), passing(SIGNED), image=image)


def waiting(image: str, reason: UnknownReason = UnknownReason.AWAITING_SIGNATURE) -> Report:
    awaits = FindingSummary(subject="image", message="m", outcome=Outcome.UNKNOWN, reason=reason)
    return report(passing(SBOM), failing(SIGNED, outcome=Outcome.UNKNOWN, findings=(awaits,)), image=image)


def leaking(image: str) -> Report:
    found = (FindingSummary(subject="image", message="NPM_TOKEN is a build argument"),)
    secret = failing(SECRET, severity=Severity.CRITICAL, title="A secret can be read", findings=found)
    return report(passing(SBOM), secret, image=image)


async def test_nothing_is_said_until_all_images_are_settled_and_then_once(office: Office) -> None:
    for count in range(len(IMAGES)):
        await office.publish(whole(*map(good, IMAGES[:count])))
    await office.publish(whole(*map(good, IMAGES[:5]), waiting(IMAGES[5])))
    assert office.texts() == []
    for _ in range(2):
        await office.publish(whole(*map(good, IMAGES)))
    assert office.texts() == ["Pass: acme 1.16.0, all 3 images pass."]


async def test_the_first_failure_is_told_at_once_and_the_rest_by_edits(office: Office) -> None:
    await office.publish(whole(good(IMAGES[0]), bad(IMAGES[1])))
    await office.publish(whole(good(IMAGES[0]), bad(IMAGES[1]), bad(IMAGES[4]), good(IMAGES[3])))
    await office.publish(whole(good(IMAGES[0]), bad(IMAGES[1]), good(IMAGES[2]), good(IMAGES[3]), bad(IMAGES[4])))
    parent, fix = office.texts()
    assert parent == "Fail: acme 1.16.0, 1 of 3 images not ready. No SBOM: uber. Fixes are in the thread."
    assert fix.startswith("Fix for sbom-missing: ")


async def test_a_line_names_the_registry_where_the_other_is_all_right(office: Office) -> None:
    await office.publish(whole(*map(good, IMAGES[:1] + IMAGES[2:]), bad(IMAGES[1])))
    assert "No SBOM: uber (quay.io)." in office.texts()[0]
    (parent,) = office.slack.parents(CHANNEL)
    assert "*Pass*: microcks, cli" in str(parent["blocks"])
    assert "quay.io, docker.io" in str(parent["blocks"])


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (UnknownReason.AWAITING_SIGNATURE, "*Waiting* for signatures of cli"),
        (UnknownReason.AWAITING_MEMBER, "*Waiting* for other images, to compare cli with them"),
    ],
)
async def test_what_is_waited_for_is_said_as_it_is(office: Office, reason: UnknownReason, said: str) -> None:
    await office.publish(whole(bad(IMAGES[0]), *map(good, IMAGES[1:5]), waiting(IMAGES[5], reason)))
    (parent,) = office.slack.parents(CHANNEL)
    assert next(line for line in str(parent["blocks"]).split("\\n") if "*Waiting*" in line).endswith(said)


async def test_an_image_that_did_not_arrive_is_named_and_not_the_one_that_tells_of_it(office: Office) -> None:
    lead = report(failing("release-incomplete", title="An image was not seen"), image=IMAGES[0])
    view = whole(lead, *map(good, IMAGES[1:5]))
    missing = replace(view.images[5], is_open=False)
    await office.publish(replace(view, images=(*view.images[:5], missing)))
    assert "An image was not seen: cli (docker.io)." in office.texts()[0]


async def test_one_fix_for_all_images_is_one_reply_and_one_line_when_it_is_done(office: Office) -> None:
    await office.publish(whole(*map(bad, IMAGES)))
    assert len(office.texts()) == 2
    await office.publish(whole(*map(good, IMAGES)))
    parent, fixed, told = office.texts()
    assert parent.startswith("Pass: acme 1.16.0, all 3 images pass.")
    assert fixed.startswith("Fixed: sbom-missing")
    assert told == "Now passes: acme 1.16.0, was Fail before."


async def test_what_the_headline_says_of_one_image_is_not_said_twice(office: Office) -> None:
    lost = failing("provenance-lost", severity=Severity.CRITICAL, title="Provenance was lost")
    await office.publish(report(lost, failing(SBOM, title="No SBOM")))
    (text, *_) = office.texts()
    assert text == "Fail: acme/app 1.2.3, provenance was lost; not ready. No SBOM. Fixes are in the thread."


async def test_a_critical_problem_is_in_the_headline_of_the_first_post(office: Office) -> None:
    await office.publish(whole(leaking(IMAGES[1])))
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["blocks"][0]["text"]["text"].startswith("🚨 acme 1.16.0: a secret can be read; 1 of 3")
    line = parent["blocks"][1]["text"]["text"].splitlines()[0]
    assert line == "• *A secret can be read*: uber (quay.io) · NPM_TOKEN is a build argument"


async def test_later_it_is_a_post_of_its_own_once_and_again_after_it_was_fixed(office: Office) -> None:
    passes = whole(*map(good, IMAGES))
    leaks = whole(leaking(IMAGES[1]), *map(good, IMAGES[:1] + IMAGES[2:]))
    for told in (passes, leaks, leaks):
        await office.publish(told)
    _, alarm = office.slack.parents(CHANNEL)
    assert alarm["text"] == "Critical: A secret can be read in acme 1.16.0. NPM_TOKEN is a build argument"
    await office.publish(passes)
    assert office.slack.parents(CHANNEL)[1]["text"].startswith("No longer so: ")
    await office.publish(leaks)
    assert [one["text"][:9] for one in office.slack.parents(CHANNEL)] == ["Fail: acm", "No longer", "Critical:"]


async def test_a_rolling_tag_is_silent_while_nothing_gets_worse(office: Office) -> None:
    rolling = {"is_rolling": True, "passes": Passes.DIGEST}
    await office.publish(whole(*map(good, IMAGES), **rolling))
    assert office.texts() == []
    await office.publish(whole(*map(bad, IMAGES), **rolling))
    assert len(office.texts()) == 2
    await office.publish(whole(*map(good, IMAGES), **rolling))
    assert [text[:5] for text in office.texts()] == ["Pass:", "Fixed"]
    await office.publish(whole(*map(bad, IMAGES), **rolling))
    assert office.texts()[-1].startswith("Fails again: ")


@pytest.mark.parametrize("passes", [Passes.DIGEST, Passes.NONE])
async def test_a_pass_that_is_not_posted_is_kept_for_the_digest(office: Office, passes: Passes) -> None:
    for told in (whole(waiting(IMAGES[0])), whole(*map(good, IMAGES)), whole(*map(good, IMAGES))):
        await office.publish(replace(told, passes=passes))
    assert office.texts() == []
    here = Address(office.slack.space.team, CHANNEL, "")
    kept = PassedReleases(office.store)
    assert await kept.since(here, 0.0) == (("acme 1.16.0",) if passes is Passes.DIGEST else ())
    assert await kept.since(here, await office.store.now() + 1) == ()
    await office.publish(whole(*map(bad, IMAGES), passes=passes))
    assert len(office.texts()) == 2


async def test_a_rolling_tag_with_the_images_of_a_version_has_no_thread(office: Office) -> None:
    await office.publish(whole(*map(bad, IMAGES), is_rolling=True, twin="acme 1.16.0"))
    assert office.texts() == []


async def test_aliases_stand_in_the_foot_and_an_image_that_is_still_to_come_is_named(office: Office) -> None:
    await office.publish(whole(bad(IMAGES[0]), aliases=("latest",)))
    (parent,) = office.slack.parents(CHANNEL)
    assert "also `latest`" in str(parent["blocks"][-1])
    assert "*Still to come*: uber, cli, microcks (docker.io)" in str(parent["blocks"])


@pytest.mark.parametrize(
    ("pushed_at", "said", "named"),
    [
        (0.0, "1 of 3 images not seen in time.", "*Not seen*: cli (docker.io)"),
        (1000.0, "1 of 3 images could not be checked completely.", "*Not checked*: cli (docker.io)"),
    ],
)
async def test_an_image_that_was_not_seen_or_could_not_be_checked_is_named_and_nothing_passes(
    office: Office, pushed_at: float, said: str, named: str
) -> None:
    view = whole(*map(good, IMAGES[:5]))
    late = replace(view, images=(*view.images[:5], replace(view.images[5], is_open=False, pushed_at=pushed_at)))
    await office.publish(late)
    assert office.texts() == [f"Unknown: acme 1.16.0, {said}"]
    (parent,) = office.slack.parents(CHANNEL)
    assert named in str(parent["blocks"])


async def test_a_release_with_more_images_than_are_remembered_does_not_pass(office: Office) -> None:
    await office.publish(whole(*map(good, IMAGES), is_cut=True))
    assert office.texts() == ["Unknown: acme 1.16.0, more than 6 images, not all of them were checked."]
    (parent,) = office.slack.parents(CHANNEL)
    assert "*Not listed*: images beyond the first 6" in str(parent["blocks"])


async def test_owners_are_mentioned_in_the_first_post_and_once(office: Office) -> None:
    office.owners = ("S0RELEASE",)
    await office.publish(whole(bad(IMAGES[0])))
    await office.publish(whole(bad(IMAGES[0]), bad(IMAGES[1])))
    parent, fix = office.texts()
    assert "Owner: <!subteam^S0RELEASE>" in parent
    assert "S0RELEASE" not in fix


async def test_when_a_release_fails_later_the_reply_about_it_mentions_the_owners(office: Office) -> None:
    office.owners = ("S0RELEASE",)
    await office.publish(whole(*map(good, IMAGES)))
    await office.publish(whole(*map(bad, IMAGES)))
    parent, _, told = office.texts()
    assert "S0RELEASE" not in parent
    assert told == "Now fails: acme 1.16.0, was Pass before. Owner: <!subteam^S0RELEASE>."
    await office.publish(whole(*map(good, IMAGES)))
    await office.publish(whole(*map(bad, IMAGES)))
    assert sum("S0RELEASE" in text for text in office.texts()) == 2


async def test_two_registries_of_one_image_are_one_release() -> None:
    view = release(good("quay.io/acme/app:1"), good("docker.io/acme/app:1"))
    assert set(view.names.values()) == {"app"}
