"""A member is looked at again when what it was compared with has changed, and not for ever."""

from itertools import permutations

from bot.oci.reference import Reference
from bot.releases import MemberState, Placement, Release, ReleaseName
from bot.releases.arriving import Arrival, MemberCheck, joined, recorded
from bot.releases.expected import ExpectedMember
from bot.releases.member import STALE_MAX, ExpectedBy
from bot.report import Verdict
from bot.values import replace

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
NAME = ReleaseName("acme/app", "1.0")


def placed(registry: str, repository: str = "app") -> Placement:
    return Placement(Reference(registry, f"acme/{repository}", "1.0"), NAME)


QUAY, HUB, WEB = placed("quay.io"), placed("docker.io"), placed("quay.io", "web")
SISTER = (ExpectedMember(HUB, ExpectedBy.SISTERS),)


def judged(
    placement: Placement,
    at: float,
    *,
    content: str = A,
    verdict: Verdict = Verdict.PASS,
    awaits: bool = False,
) -> MemberCheck:
    return MemberCheck(placement, content, verdict, at, is_final=not awaits)


def within(seconds: float, check: MemberCheck) -> MemberCheck:
    """The same, and the look took so long."""
    return replace(check, reported_at=check.checked_at + seconds)


def after(*events: Arrival | MemberCheck) -> Release:
    release: Release | None = None
    for event in events:
        release = joined(release, event) if isinstance(event, Arrival) else recorded(release, event, complete=10_800.0)
    assert release is not None
    return release


def stale(release: Release) -> list[str]:
    return [str(member.image) for member in release.stale]


def test_who_waited_for_a_sister_is_looked_at_again_when_it_is_there() -> None:
    first = (Arrival(QUAY, 0.5, expected=SISTER), judged(QUAY, 30.0, verdict=Verdict.UNKNOWN, awaits=True))
    assert stale(after(*first)) == []
    there = after(*first, Arrival(HUB, 60.0), judged(HUB, 90.0))
    assert stale(there) == [str(QUAY.image)]
    assert there.is_arriving(90.0)
    again = recorded(there, judged(QUAY, 95.0), complete=10_800.0)
    assert stale(again) == []
    assert again.is_told(95.0)


def test_a_sister_with_the_same_digest_wakes_nobody_who_passed() -> None:
    assert stale(after(judged(QUAY, 1.0), judged(HUB, 2.0))) == []


def test_a_sister_that_is_late_wakes_all_who_were_told_that_it_is_missing() -> None:
    """Seen: with five registries, "the tag differs between registries" stayed as advice when the fifth had it, too."""
    third = placed("ghcr.io")
    before = (Arrival(QUAY, 0.5), judged(QUAY, 30.0), Arrival(third, 1.0), judged(third, 11_000.0))
    late = after(*before, Arrival(HUB, 20_000.0), judged(HUB, 20_030.0))
    assert stale(late) == [str(third.image), str(QUAY.image)]
    seen = after(*before, judged(HUB, 20_030.0))
    assert stale(seen) == [], "nobody pushed it: an old version that was looked up"
    again = recorded(recorded(late, judged(QUAY, 20_040.0), complete=0.0), judged(third, 20_041.0), complete=0.0)
    assert stale(again) == []
    assert stale(recorded(again, judged(HUB, 20_050.0), complete=0.0)) == [], "once"


def test_a_sister_with_another_digest_wakes_who_passed_and_once_it_is_right_who_failed() -> None:
    differs = after(judged(QUAY, 1.0), judged(HUB, 2.0, content=B, verdict=Verdict.FAIL))
    assert stale(differs) == [str(QUAY.image)]
    told = recorded(differs, judged(QUAY, 3.0, verdict=Verdict.FAIL), complete=0.0)
    assert stale(told) == [str(HUB.image)]
    told = recorded(told, judged(HUB, 4.0, content=B, verdict=Verdict.FAIL), complete=0.0)
    assert stale(told) == []
    right = recorded(told, judged(HUB, 5.0), complete=0.0)
    assert stale(right) == [str(QUAY.image)]
    assert stale(recorded(right, judged(QUAY, 6.0), complete=0.0)) == []


def test_who_was_overtaken_while_it_was_looked_at_is_looked_at_once_more() -> None:
    overtaken = after(Arrival(QUAY, 0.5), judged(HUB, 5.0), judged(QUAY, 4.0, verdict=Verdict.UNKNOWN, awaits=True))
    assert stale(overtaken) == [str(QUAY.image)]
    again = recorded(overtaken, judged(QUAY, 6.0, verdict=Verdict.UNKNOWN, awaits=True), complete=0.0)
    assert stale(again) == []


def test_the_lead_is_looked_at_again_when_the_last_one_is_there() -> None:
    waiting = after(
        Arrival(QUAY, 0.5, expected=(ExpectedMember(WEB, ExpectedBy.POLICY), *SISTER)),
        judged(QUAY, 1.0, verdict=Verdict.UNKNOWN, awaits=True),
        Arrival(WEB, 2.0),
        judged(WEB, 3.0),
    )
    assert stale(waiting) == []
    assert stale(after(judged(QUAY, 1.0), judged(HUB, 2.0))) == []
    whole = recorded(joined(waiting, Arrival(HUB, 4.0)), judged(HUB, 5.0), complete=0.0)
    assert stale(whole) == [str(QUAY.image)]


def test_the_lead_that_named_a_late_image_as_missing_is_looked_at_again_although_another_one_still_is() -> None:
    """Seen: below "not seen: cli" stood that web was not seen, minutes after it had come."""
    cli = ExpectedMember(placed("quay.io", "cli"), ExpectedBy.POLICY)
    told = after(
        Arrival(QUAY, 0.5, expected=(ExpectedMember(WEB, ExpectedBy.POLICY), cli)),
        judged(QUAY, 11_000.0, verdict=Verdict.FAIL),
    )
    late = recorded(joined(told, Arrival(WEB, 20_000.0)), judged(WEB, 20_030.0), complete=0.0)
    assert stale(late) == [str(QUAY.image)]
    again = recorded(late, judged(QUAY, 20_040.0, verdict=Verdict.FAIL), complete=0.0)
    assert stale(again) == []
    assert stale(recorded(again, judged(WEB, 20_050.0), complete=0.0)) == [], "once"


def test_a_release_does_not_wait_for_ever_for_a_new_look() -> None:
    differs = after(judged(QUAY, 1.0), judged(HUB, 2.0, content=B))
    (member,) = differs.stale
    assert member.state(2.0 + STALE_MAX - 1) is MemberState.SETTLING
    assert member.state(2.0 + STALE_MAX) is MemberState.JUDGED
    assert differs.due_at(3.0) == 2.0 + STALE_MAX


def test_in_whichever_order_two_sisters_are_checked_the_looks_come_to_an_end() -> None:
    """Each look says what a rule would say: another digest there is a failure, none yet is awaited."""
    for turn in permutations([(QUAY, A), (HUB, B), (QUAY, A), (HUB, A)]):
        release = after(Arrival(QUAY, 0.5, expected=SISTER))
        now, queue = 1.0, list(turn)
        digests: dict[str, str] = {}
        while queue:
            placement, content = queue.pop(0)
            digests[str(placement.image)] = content
            other = digests.get(str(HUB.image if placement is QUAY else QUAY.image))
            verdict = Verdict.UNKNOWN if other is None else Verdict.PASS if other == content else Verdict.FAIL
            now += 1.0
            said = judged(placement, now, content=content, verdict=verdict, awaits=other is None)
            release = recorded(release, said, complete=0.0)
            for member in release.stale:
                one = QUAY if member.image == QUAY.image else HUB
                queue.append((one, digests[str(one.image)]))
            assert now < 50
        ends = {member.verdict for member in release.members}
        assert ends == ({Verdict.PASS} if len(set(digests.values())) == 1 else {Verdict.FAIL})


def test_two_that_were_looked_at_at_the_same_time_know_of_each_other_in_the_end() -> None:
    """Seen: "not known whether it is signed there" stayed with the one whose look began last and ended last, too."""
    first, second = within(3, judged(HUB, 1.0)), within(4, judged(QUAY, 2.0, verdict=Verdict.UNKNOWN, awaits=True))
    both = after(Arrival(QUAY, 0.5), Arrival(HUB, 0.6), first, second)
    assert stale(both) == [str(QUAY.image)]
    again = recorded(both, within(1, judged(QUAY, 7.0, verdict=Verdict.UNKNOWN, awaits=True)), complete=0.0)
    assert stale(again) == [], "now it knows the other's report, and another look would not help"


def test_a_push_that_is_told_again_is_no_reason_to_look_again() -> None:
    waits = judged(QUAY, 7.0, verdict=Verdict.UNKNOWN, awaits=True)
    events = (Arrival(QUAY, 0.5), Arrival(HUB, 0.6), judged(HUB, 1.0), waits, judged(HUB, 8.0))
    assert stale(after(*events)) == []
    assert stale(after(*events, Arrival(QUAY, 9.0))) == []


def test_whose_look_began_after_the_report_on_the_other_is_not_looked_at_again() -> None:
    late = judged(QUAY, 5.0, verdict=Verdict.UNKNOWN, awaits=True)
    assert stale(after(Arrival(QUAY, 0.5), Arrival(HUB, 0.6), within(3, judged(HUB, 1.0)), late)) == []
