"""How far a release is, at each moment of its life."""

from bot.oci.reference import Reference
from bot.releases import Member, MemberState, Placement, Release, ReleaseName, ReleaseState
from bot.releases.arriving import Arrival, MemberCheck, joined, recorded
from bot.releases.expected import MEMBERS_MAX
from bot.releases.member import ExpectedBy
from bot.report import Verdict
from bot.values import replace

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
OPENED, SETTLE, COMPLETE = 1000.0, 600.0, 10_800.0


def pushed(name: str, **fields: object) -> Member:
    member = Member(
        Reference.parse(f"quay.io/acme/{name}:1.0"),
        digest=A,
        first_digest=A,
        pushed_at=OPENED,
        settled_at=OPENED + SETTLE,
        due_at=OPENED + COMPLETE,
    )
    return replace(member, **fields)  # type: ignore[arg-type]


def awaited(name: str) -> Member:
    image = Reference.parse(f"quay.io/acme/{name}:1.0")
    return Member(image, expected_by=ExpectedBy.POLICY, due_at=OPENED + COMPLETE)


def release(*members: Member, first_verdict: Verdict | None = None) -> Release:
    name = ReleaseName("acme/app", "1.0")
    return Release(name, members, OPENED, OPENED + COMPLETE, first_verdict=first_verdict)


def test_a_member_that_was_pushed_settles_until_it_is_judged() -> None:
    new = pushed("app")
    assert new.state(OPENED) is MemberState.SETTLING
    waiting = replace(new, verdict=Verdict.UNKNOWN)
    assert waiting.state(OPENED + SETTLE - 1) is MemberState.SETTLING
    assert waiting.state(OPENED + SETTLE) is MemberState.JUDGED
    assert replace(new, verdict=Verdict.PASS, is_final=True).state(OPENED) is MemberState.JUDGED


def test_a_member_that_is_expected_is_awaited_until_complete() -> None:
    assert awaited("app").state(OPENED + COMPLETE - 1) is MemberState.AWAITED
    assert awaited("app").state(OPENED + COMPLETE) is MemberState.NOT_SEEN


def test_a_release_arrives_until_all_are_judged() -> None:
    done = pushed("app", verdict=Verdict.PASS, is_final=True)
    one = release(done, awaited("web"))
    assert one.state(OPENED + 60) is ReleaseState.ARRIVING
    assert not one.is_told(OPENED + 60)
    assert one.awaited(OPENED + 60) == (awaited("web"),)
    assert one.state(OPENED + COMPLETE) is ReleaseState.WATCHED
    assert one.not_seen(OPENED + COMPLETE) == (awaited("web"),)
    both = release(done, pushed("web", verdict=Verdict.WARN, is_final=True))
    assert both.state(OPENED + 60) is ReleaseState.JUDGED
    assert both.is_told(OPENED + 60)
    assert both.verdict is Verdict.WARN


def test_a_release_of_which_nobody_knows_what_belongs_to_it_passes_when_no_more_has_come() -> None:
    """Seen: the first release of a group with a wildcard was said to pass with its first image."""
    first = Placement(Reference.parse("quay.io/acme/app:1.0"), ReleaseName("acme", "1.0"))
    other = replace(first, image=Reference.parse("quay.io/acme/web:1.0"))
    one = joined(None, Arrival(first, OPENED, SETTLE, COMPLETE, may_grow=True))
    good = recorded(one, MemberCheck(first, A, Verdict.PASS, OPENED + 30), complete=COMPLETE)
    assert not good.is_told(OPENED + SETTLE - 1)
    assert good.due_at(OPENED + 30) == OPENED + SETTLE
    assert good.is_told(OPENED + SETTLE)
    again = joined(good, Arrival(first, OPENED + 300, SETTLE, COMPLETE, may_grow=True))
    assert again.is_told(OPENED + SETTLE), "the same image again tells of no other one"
    grown = joined(good, Arrival(other, OPENED + 300, SETTLE, COMPLETE, may_grow=True))
    grown = recorded(grown, MemberCheck(other, A, Verdict.PASS, OPENED + 330), complete=COMPLETE)
    assert not grown.is_told(OPENED + SETTLE)
    assert grown.is_told(OPENED + 300 + SETTLE)
    bad = recorded(one, MemberCheck(first, A, Verdict.FAIL, OPENED + 30), complete=COMPLETE)
    assert bad.is_told(OPENED + 30)


def test_images_without_end_do_not_keep_a_first_release_waiting() -> None:
    release = None
    for number in range(MEMBERS_MAX + 2):
        image = Reference.parse(f"quay.io/acme/app-{number}:1.0")
        at = OPENED + COMPLETE * number / MEMBERS_MAX
        release = joined(
            release, Arrival(Placement(image, ReleaseName("acme", "1.0")), at, SETTLE, COMPLETE, may_grow=True)
        )
    assert release is not None
    assert release.grows_until == release.completes_at


def test_an_image_that_a_person_asked_for_before_its_push_was_heard_of_tells_of_others_too() -> None:
    placed = Placement(Reference.parse("quay.io/acme/app:1.0"), ReleaseName("acme", "1.0"))
    seen = recorded(None, MemberCheck(placed, A, Verdict.PASS, OPENED), complete=COMPLETE)
    assert joined(seen, Arrival(placed, OPENED, SETTLE, COMPLETE, may_grow=True)).grows_until == OPENED + SETTLE


def test_presence_of_bad_things_does_not_wait() -> None:
    one = release(pushed("app", verdict=Verdict.FAIL), awaited("web"))
    assert one.is_told(OPENED + 1)
    assert one.state(OPENED + 1) is ReleaseState.ARRIVING
    assert [member.image.repository for member in one.problems] == ["acme/app"]


def test_nothing_is_told_before_anything_is_known() -> None:
    assert not release(pushed("app")).is_told(OPENED)
    assert not release(awaited("app")).is_told(OPENED + COMPLETE)
    assert release(awaited("app")).verdict is None


def test_a_check_that_never_ends_does_not_hold_a_release_up_for_ever() -> None:
    one = release(pushed("app"), pushed("web", verdict=Verdict.PASS, is_final=True))
    assert not one.is_told(OPENED + COMPLETE - 1)
    assert one.is_told(OPENED + COMPLETE)


def test_a_member_that_is_pushed_again_after_complete_settles_again() -> None:
    again = pushed("app", digest=B, settled_at=OPENED + 20_000, verdict=Verdict.UNKNOWN)
    assert release(again).state(OPENED + 19_000) is ReleaseState.ARRIVING


def test_another_verdict_than_the_first_is_a_change_and_the_first_again_is_none() -> None:
    good = pushed("app", verdict=Verdict.PASS, is_final=True)
    bad = replace(good, verdict=Verdict.FAIL)
    later = OPENED + COMPLETE + 1
    assert release(good, first_verdict=Verdict.PASS).state(later) is ReleaseState.WATCHED
    assert release(bad, first_verdict=Verdict.PASS).state(later) is ReleaseState.CHANGED
    assert release(bad, first_verdict=Verdict.PASS).state(OPENED + 1) is ReleaseState.CHANGED


def test_the_next_look_is_due_at_the_end_of_settle_then_at_the_end_of_complete() -> None:
    one = release(pushed("app", verdict=Verdict.UNKNOWN), awaited("web"))
    assert one.due_at(OPENED) == OPENED + SETTLE
    assert one.due_at(OPENED + SETTLE) == OPENED + COMPLETE
    assert one.due_at(OPENED + COMPLETE) is None
    assert release(pushed("app", verdict=Verdict.PASS, is_final=True)).due_at(OPENED) is None


def test_a_member_is_found_by_its_name() -> None:
    one = release(pushed("app"))
    assert one.member("quay.io/acme/app:1.0") == pushed("app")
    assert one.member("quay.io/acme/web:1.0") is None


def test_a_member_that_nobody_could_check_is_looked_for_at_the_end_of_complete() -> None:
    done = pushed("app", verdict=Verdict.PASS, is_final=True)
    one = release(done, pushed("web"))
    assert one.due_at(OPENED) == OPENED + SETTLE
    assert one.due_at(OPENED + SETTLE) == OPENED + COMPLETE
    assert one.due_at(OPENED + COMPLETE) is None
    assert release(done, pushed("web", verdict=Verdict.UNKNOWN)).due_at(OPENED + SETTLE) is None
