"""What the thread of a release says is right: how many images, which of them, of which image, and nothing twice."""

import pytest

from bot.render.release.view import ImageView, ReleaseView
from bot.report import FindingSummary, RemediationSummary, Report, SignatureSummary
from bot.rules import Outcome, Severity
from bot.values import replace
from tests.making import digest
from tests.slack.parts import CHANNEL, Office, failing, passing, report
from tests.slack.test_release import IMAGES, bad, good, whole

INCOMPLETE = "release-incomplete"


def lead() -> Report:
    return report(failing(INCOMPLETE, title="An image was not seen"), image=IMAGES[0])


def without(view: ReleaseView, *images: str) -> ReleaseView:
    """Those images were not seen."""
    return replace(
        view,
        images=tuple(replace(one, report=None, is_open=False) if one.image in images else one for one in view.images),
    )


def lines(office: Office) -> str:
    parent, *_ = office.slack.parents(CHANNEL)
    return str(parent["blocks"][1]["text"]["text"])


async def test_images_that_are_missing_are_counted_and_not_the_one_that_tells_of_them(office: Office) -> None:
    """Seen: "1 of 4 images not ready" where three were missing, and each was named once for each registry."""
    await office.publish(without(whole(lead(), good(IMAGES[3])), *IMAGES[1:3], *IMAGES[4:]))
    assert office.texts()[0].startswith(
        "Fail: acme 1.16.0, 2 of 3 images not ready. An image was not seen: uber, cli. "
    )
    assert lines(office).splitlines() == [
        "• *An image was not seen*: uber, cli",
        ":white_check_mark: *Pass*: microcks",
    ]
    assert "An image was not seen (`release-incomplete`): uber, cli" in str(office.slack.replies(CHANNEL, _ts(office)))


async def test_what_one_image_tells_of_the_others_is_fixed_when_another_one_says_so(office: Office) -> None:
    """Only one image of a release tells whether all have come, and it need not be the same one the next time."""
    await office.publish(without(whole(lead(), good(IMAGES[3])), *IMAGES[1:3], *IMAGES[4:]))
    skipped = report(failing(INCOMPLETE, title="An image was not seen", outcome=Outcome.SKIPPED), image=IMAGES[0])
    teller = report(passing(INCOMPLETE), image=IMAGES[1])
    await office.publish(whole(skipped, teller, *map(good, IMAGES[2:])))
    (line,) = [text for text in _said(office) if "(was: An image was not seen)" in text]
    assert "✅ Fixed at " in line


async def test_an_image_that_misses_in_one_registry_is_not_ready_and_one_that_fails_counts_too(office: Office) -> None:
    await office.publish(without(whole(lead(), bad(IMAGES[1]), *map(good, IMAGES[2:5])), IMAGES[5]))
    assert "2 of 3 images not ready" in office.texts()[0]
    assert "• *An image was not seen*: cli (docker.io)" in lines(office)
    assert "*Pass*: microcks" in lines(office)


async def test_a_tag_that_misses_in_one_registry_is_named_once_beside_another_missing_image(office: Office) -> None:
    """Seen: "The tag differs between registries: cli" and "An image was not seen: uber, cli (docker.io)"."""
    differs = report(failing("tag-registries-differ", title="The tag differs between registries"), image=IMAGES[2])
    view = without(whole(lead(), differs, good(IMAGES[3])), IMAGES[1], IMAGES[4], IMAGES[5])
    await office.publish(view)
    assert office.texts()[0].startswith("Fail: acme 1.16.0, 2 of 3 images not ready. ")
    assert sorted(lines(office).splitlines()[:2]) == [
        "• *An image was not seen*: uber",
        "• *The tag differs between registries*: cli (missing at docker.io)",
    ]
    assert ":white_check_mark: *Pass*: microcks" in lines(office)


async def test_what_was_found_is_said_of_the_image_where_it_was_found(office: Office) -> None:
    """Seen: "c, e · mode=min", where e had no provenance at all."""

    def lost(image: str, message: str) -> Report:
        found = (FindingSummary(subject="image", message=message),)
        rule = failing("provenance-lost", severity=Severity.CRITICAL, title="Provenance was lost", findings=found)
        return report(rule, image=image)

    both = whole(lost(IMAGES[0], "it is min"), lost(IMAGES[1], "there is none"), *map(good, IMAGES[2:]))
    await office.publish(whole(*map(good, IMAGES)))
    await office.publish(both)
    assert lines(office).splitlines()[0].endswith(" · microcks: it is min; uber: there is none")
    assert office.slack.parents(CHANNEL)[1]["text"].endswith(". microcks: it is min; uber: there is none")
    same = (lost(IMAGES[0], "it is min"), lost(IMAGES[1], "it is min"))
    await office.publish(whole(*same, *map(good, IMAGES[2:])))
    assert lines(office).splitlines()[0].endswith(" · it is min")


async def test_a_fix_names_the_digest_and_the_time_of_the_image_that_was_fixed(office: Office) -> None:
    """Seen: the digest and the check of another image of the release, from before it failed."""
    others = [good(image) for image in IMAGES[:5]]
    await office.publish(whole(*others, bad(IMAGES[5])))
    fixed = report(passing("sbom-missing"), image=IMAGES[5], content="fixed", minute=42)
    await office.publish(whole(*others, fixed))
    (line,) = [text for text in _said(office) if "✅ Fixed" in text]
    assert f"Fixed in {digest('fixed')[:19]}… at 2026-11-22 14:42 UTC" in line


async def test_a_fix_of_two_images_is_done_when_the_last_one_is_right(office: Office) -> None:
    others = [good(image) for image in IMAGES[1:5]]
    await office.publish(whole(bad(IMAGES[0]), *others, bad(IMAGES[5])))
    fixed = [report(passing("sbom-missing"), image=IMAGES[at], content="fixed", minute=at + 40) for at in (5, 0)]
    await office.publish(whole(*fixed, *others))
    (line,) = [text for text in _said(office) if "✅ Fixed" in text]
    assert "at 2026-11-22 14:45 UTC" in line


async def test_a_fix_of_two_problems_says_both(office: Office) -> None:
    cure = RemediationSummary(text="Build.", snippet="build --all", verify="look")
    problems = (failing(rule, title=rule.upper(), remediation=cure) for rule in ("provenance-missing", "sbom-missing"))
    await office.publish(report(*problems))
    await office.publish(report(passing("provenance-missing"), passing("sbom-missing")))
    assert any("(was: PROVENANCE-MISSING, SBOM-MISSING)" in text for text in _said(office))


async def test_a_fix_says_what_each_of_its_problems_needs(office: Office) -> None:
    """Seen: a lost platform was told under "set the mode", since one step of a workflow fixes both."""
    cures = {
        "provenance-missing": RemediationSummary(text="Ask for a mode.", snippet="build --all", verify="look"),
        "platform-lost": RemediationSummary(text="Name all platforms.", snippet="build --all", verify="look"),
    }
    await office.publish(report(*(failing(rule, remediation=cure) for rule, cure in cures.items())))
    (reply,) = _said(office)
    assert reply.index("Ask for a mode.") < reply.index("platform-lost is what failed: ") < reply.index("Name all")


async def test_a_long_advice_ends_with_a_sentence_and_is_whole_behind_a_button(office: Office) -> None:
    text = "Look at this. " * 18 + "A last sentence that does not fit into what a phone shows."
    await office.publish(report(failing("sbom-missing", remediation=RemediationSummary(text=text))))
    (reply,) = _said(office)
    assert "Look at this.'" in reply
    assert "A last sentence" not in reply
    assert "Whole fix" in reply


@pytest.mark.parametrize(
    ("outcome", "said"),
    [(Outcome.PASS, "Now passes: `sha256:"), (Outcome.UNKNOWN, "Could no longer be checked completely: `sha256:")],
)
async def test_a_new_verdict_is_said_once(office: Office, outcome: Outcome, said: str) -> None:
    """Seen: "Could no longer be checked completely: …, could not be checked completely"."""
    await office.publish(report(failing("sbom-missing")))
    await office.publish(report(failing("sbom-missing", outcome=outcome)))
    (told,) = [text for text in _said(office) if said in text]
    assert "…`. Was Fail since" in told


async def test_a_release_that_can_no_longer_be_checked_says_so_once(office: Office) -> None:
    """Seen: "Could no longer be checked completely: …, 1 of 3 images could not be checked completely"."""
    await office.publish(whole(*map(good, IMAGES)))
    unread = report(failing("sbom-missing", outcome=Outcome.UNKNOWN), image=IMAGES[0])
    await office.publish(whole(unread, *map(good, IMAGES[1:])))
    (told,) = [text for text in _said(office) if "Could no longer be checked" in text]
    assert "…`, 1 of 3 images. Was Pass since" in told


async def test_a_release_that_no_longer_fails_and_lacks_an_image_says_that_it_is_not_complete(office: Office) -> None:
    """Seen: "Could no longer be checked completely: 1 of 3 images not seen in time", though the rest passes."""
    await office.publish(without(whole(bad(IMAGES[0]), *map(good, IMAGES[1:])), IMAGES[2], IMAGES[5]))
    await office.publish(without(whole(*map(good, IMAGES)), IMAGES[2], IMAGES[5]))
    (told,) = [text for text in _said(office) if "Was Fail since" in text]
    assert "No longer fails, but not complete: " in told
    assert "1 of 3 images not seen in time. Was Fail since" in told


async def test_the_other_side_of_a_difference_that_is_fixed_anyway_has_no_reply_of_its_own(office: Office) -> None:
    """Seen: signed in one registry alone, one reply said to copy the signatures there, and another one to copy back."""
    copy = RemediationSummary(text="Copy the signatures.", snippet="copy them", verify="look")
    differs = failing("tag-registries-differ", title="The tag differs")
    unsigned = failing("signature-missing", title="Not signed", severity=Severity.CRITICAL, remediation=copy)
    here = report(unsigned, differs.model_copy(update={"remediation": copy}), image=IMAGES[3])
    await office.publish(whole(report(differs, image=IMAGES[0]), here, *map(good, IMAGES[1:3] + IMAGES[4:])))
    (reply,) = _said(office)
    assert "One change fixes 2 problems" in reply
    assert "Copy the signatures." in reply
    assert "Build with the flag." not in reply


async def test_two_fixes_that_each_fix_a_side_of_a_difference_are_both_told(office: Office) -> None:
    build = RemediationSummary(text="Build with the flag.", snippet="build it", verify="look")
    copy = RemediationSummary(text="Copy the signatures.", snippet="copy them", verify="look")
    differs = failing("tag-registries-differ", title="The tag differs")

    def sided(rule: str, cure: RemediationSummary, image: str) -> Report:
        return report(failing(rule, remediation=cure), differs.model_copy(update={"remediation": cure}), image=image)

    here, there = sided("sbom-missing", build, IMAGES[0]), sided("signature-missing", copy, IMAGES[3])
    await office.publish(whole(here, there, *map(good, IMAGES[1:3] + IMAGES[4:])))
    assert len(_said(office)) == 2
    assert "Build with the flag." in str(_said(office))
    assert "Copy the signatures." in str(_said(office))


async def test_a_tag_that_one_registry_lacks_is_told_once(office: Office) -> None:
    """Seen: "an image of the release was not seen: cli (docker.io)", and below it "docker.io has no such tag"."""
    lacks = failing("tag-registries-differ", title="The tag differs")
    first = report(failing(INCOMPLETE, title="An image was not seen"), lacks, image=IMAGES[2])
    await office.publish(without(whole(first, *map(good, (*IMAGES[:2], *IMAGES[3:5]))), IMAGES[5]))
    assert office.texts()[0].startswith(
        "Fail: acme 1.16.0, 1 of 3 images not ready. The tag differs: cli (missing at docker.io). "
    )
    assert len(office.texts()) == 2
    assert "*Not seen*" not in lines(office)


async def test_it_is_told_as_well_if_another_image_is_missing(office: Office) -> None:
    lacks = failing("tag-registries-differ", title="The tag differs")
    first = report(failing(INCOMPLETE, title="An image was not seen"), lacks, image=IMAGES[2])
    await office.publish(without(whole(first, *map(good, (IMAGES[0], IMAGES[3]))), IMAGES[1], *IMAGES[4:]))
    assert "An image was not seen: uber. The tag differs: cli (missing at docker.io). " in office.texts()[0]


async def test_an_image_in_two_registries_is_one_image_in_a_fix_as_in_the_headline(office: Office) -> None:
    """Seen: "4 of 4 images not ready", and below it "one change fixes 2 problems in 8 images"."""
    await office.publish(whole(*map(bad, IMAGES)))
    assert office.texts()[0].startswith("Fail: acme 1.16.0, 3 of 3 images not ready.")
    assert "One change fixes this in 3 images" in _said(office)[0]


async def test_who_signed_is_said_of_a_registry_where_they_differ(office: Office) -> None:
    """Seen: "microcks: Not signed", and below it "microcks: Signed by `release`, verified"."""
    signed = SignatureSummary(
        subject="image", layout="cosign-tag", digest=digest("one"), state="valid", identity="release"
    )
    hub = report(passing("sbom-missing"), image=IMAGES[3], signatures=(signed,))
    await office.publish(whole(bad(IMAGES[0]), *map(good, IMAGES[1:3] + IMAGES[4:]), hub))
    (parent,) = office.slack.parents(CHANNEL)
    said = [part["text"] for part in parent["blocks"][2]["elements"]]
    assert any(text.startswith("microcks (docker.io): Signed by `release`") for text in said)
    assert any(text.startswith("microcks (quay.io), ") for text in said)


async def test_nobody_is_said_to_have_signed_or_not_what_nobody_has_looked_at(office: Office) -> None:
    """Seen: "Not signed", of a release of which one registry did not answer."""
    await office.publish(without(whole(bad(IMAGES[0]), *map(good, IMAGES[1:3])), *IMAGES[3:]))
    (parent,) = office.slack.parents(CHANNEL)
    said = [part["text"] for part in parent["blocks"][2]["elements"]]
    assert said[0].startswith("microcks (quay.io), uber (quay.io), cli (quay.io): ")


async def test_commands_about_one_image_are_to_be_run_for_the_others_too(office: Office) -> None:
    """Seen: "One change fixes this in 3 images", and below it a command that puts the tag of one of them back."""
    cure = RemediationSummary(text="Put it back.", snippet="crane copy it", language="sh")
    moved = failing("tag-moved", title="A release tag was moved", remediation=cure)
    await office.publish(whole(*(report(moved, image=image) for image in IMAGES)))
    (reply,) = _said(office)
    assert "Each of 3 images needs this" in reply
    assert "This is for microcks (quay.io). Run it for uber (quay.io), cli (quay.io), microcks (" in reply
    assert "One change" not in reply


async def test_a_digest_is_short_in_a_sentence_and_whole_in_a_command(office: Office) -> None:
    """Seen: two whole digests in one sentence, which filled the first screen of a phone."""
    first, now = digest("first"), digest("now")
    cure = RemediationSummary(text="Put it back.", snippet=f"crane copy app@{first} app:1.0", language="sh")
    found = FindingSummary(subject="image", message=f"it stood for {first}, and now it stands for {now}")
    await office.publish(report(failing("tag-moved", title="A tag was moved", findings=(found,), remediation=cure)))
    (reply,) = _said(office)
    assert f"it stood for {first[:19]}…, and now it stands for {now[:19]}…" in reply
    assert f"crane copy app@{first} app:1.0" in reply


async def test_a_command_about_what_was_not_seen_is_to_be_run_for_the_others_too(office: Office) -> None:
    cure = RemediationSummary(text="Run the job.", snippet="crane digest it", language="sh")
    told = report(failing(INCOMPLETE, title="An image was not seen", remediation=cure), image=IMAGES[0])
    await office.publish(without(whole(told, good(IMAGES[3])), *IMAGES[1:3], *IMAGES[4:]))
    (reply,) = _said(office)
    assert "This is for uber (quay.io). Run it for cli (quay.io), uber (docker.io), cli (" in reply


async def test_a_notification_says_how_many_images_it_does_not_name(office: Office) -> None:
    """Seen: six images after each problem, as if there were no others, where the post said "and 5 more"."""
    images = [f"quay.io/acme/svc-{number}:1.16.0" for number in range(8)]
    views = tuple(ImageView(image, report=bad(image), is_open=False) for image in images)
    await office.publish(replace(whole(), images=views))
    assert "No SBOM: svc-0, svc-1, svc-2, svc-3, svc-4, svc-5 and 2 more. " in office.texts()[0]


def _ts(office: Office) -> str:
    return str(office.slack.parents(CHANNEL)[0]["ts"])


def _said(office: Office) -> list[str]:
    return [str(reply["blocks"]) for reply in office.slack.replies(CHANNEL, _ts(office))]


async def test_one_problem_of_one_image_is_named_in_the_first_line_also_where_two_registries_have_it(
    office: Office,
) -> None:
    """Seen: "One change fixes this", and what "this" is in the line below."""
    await office.publish(whole(bad(IMAGES[0]), bad(IMAGES[3]), *map(good, (*IMAGES[1:3], *IMAGES[4:]))))
    (reply,) = office.slack.replies(CHANNEL, _ts(office))
    assert reply["blocks"][0]["text"]["text"] == ":x: *Fail* No SBOM (`sbom-missing`): microcks"
