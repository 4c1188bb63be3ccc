"""When an alarm and a fix are over, and where the fixes are said to be."""

import pytest

from bot.attention import Attention, Mute, NotePlace
from bot.render.slack.answer import private_answer
from bot.render.slack.release import parent
from bot.rules import Outcome, Severity
from bot.values import replace
from tests.slack.parts import CHANNEL, Office, failing, passing, release, report
from tests.slack.test_release import IMAGES, bad, whole


@pytest.mark.parametrize("is_private", [True, False])
def test_fixes_are_said_to_be_in_the_thread_only_where_they_are(*, is_private: bool) -> None:
    view = release(bad(IMAGES[0]))
    draft = private_answer(view) if is_private else parent(replace(view, has_fix_replies=False), intent="")
    assert draft.text.endswith(" not ready. No SBOM. “Show the fix” says what to do.")
    assert "Show the fix" in str(draft.blocks)


def test_fixes_of_what_is_muted_are_not_said_to_be_in_the_thread() -> None:
    """Seen: they were, in a thread that got no replies since somebody had muted it."""
    view = release(bad(IMAGES[0]))
    muted = Attention(mute=Mute(NotePlace("T1", CHANNEL, view.subject), "U0ALICE", 1.0))
    assert parent(view, intent="").text.endswith(" No SBOM. Fixes are in the thread.")
    assert parent(replace(view, attention=muted), intent="").text.endswith(" No SBOM. “Show the fix” says what to do.")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.PASS, "No longer so: A secret can be read from the image in acme/app 1.2.3."),
        (Outcome.WAIVED, "Waived: A secret can be read from the image in acme/app 1.2.3."),
        (Outcome.SKIPPED, "No longer checked: A secret can be read from the image in acme/app 1.2.3."),
        (Outcome.UNKNOWN, "Critical: A secret can be read"),
    ],
)
async def test_an_alarm_is_over_when_somebody_has_looked(office: Office, outcome: Outcome, said: str) -> None:
    """Seen: "No longer so", with a green mark, of a leaked secret in provenance that could not be read that time."""
    secret = failing("provenance-secret-exposed", title="A secret can be read", severity=Severity.CRITICAL)
    await office.publish(report(passing("sbom-missing")))
    await office.publish(report(secret))
    await office.publish(report(secret.model_copy(update={"outcome": outcome})))
    assert office.slack.parents(CHANNEL)[1]["text"].startswith(said)


@pytest.mark.parametrize("is_found_out", [True, False])
async def test_a_critical_problem_behind_a_deleted_thread_is_told_once(office: Office, *, is_found_out: bool) -> None:
    """Seen: somebody had deleted the thread of a release that failed, and a secret that leaked later was never told."""
    secret = failing("provenance-secret-exposed", title="A secret can be read", severity=Severity.CRITICAL)
    sbom = failing("sbom-missing")
    channel = office.slack.space.channels[CHANNEL].messages
    await office.publish(report(sbom))
    channel.clear()
    if is_found_out:  # by an edit, before the secret is there
        await office.publish(report(sbom, content="two"))
    await office.publish(report(sbom, secret, content="three"))
    (parent_again,) = office.slack.parents(CHANNEL)
    assert parent_again["text"].startswith("Fail: acme/app 1.2.3, a secret can be read; not ready")
    channel.clear()
    for content in ("four", "five"):
        await office.publish(report(sbom, secret, content=content))
        assert office.texts() == [], "the same as when it was deleted"


async def test_nothing_is_called_fixed_because_another_image_is_all_right(office: Office) -> None:
    """Without its provenance, nobody asks what an image's provenance holds; that of the others says nothing of it."""
    secret = failing("provenance-secret-exposed", title="A secret can be read", severity=Severity.CRITICAL)
    others = [report(passing("provenance-secret-exposed"), image=image) for image in IMAGES[1:]]
    await office.publish(whole(report(passing("provenance-secret-exposed"), image=IMAGES[0]), *others))
    await office.publish(whole(report(secret, image=IMAGES[0]), *others))
    skipped = secret.model_copy(update={"outcome": Outcome.SKIPPED})
    await office.publish(whole(report(skipped, failing("provenance-missing"), image=IMAGES[0]), *others))
    assert office.slack.parents(CHANNEL)[1]["text"].startswith("No longer checked: ")
    assert any("○ No longer checked" in text for text in _said(office))
    assert not any("✅ Fixed" in text for text in _said(office))


def _said(office: Office) -> list[str]:
    start = str(office.slack.parents(CHANNEL)[0]["ts"])
    return [str(reply["blocks"]) for reply in office.slack.replies(CHANNEL, start)]
