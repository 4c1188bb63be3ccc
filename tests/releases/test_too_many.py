"""A release with more members than are remembered: whoever may push tags can make one."""

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import Release, place
from bot.releases.arriving import MemberCheck, recorded
from bot.releases.expected import MEMBERS_MAX
from bot.render.release.members import view_of
from bot.report import Verdict
from bot.store.releases.records import fields_of, release_of
from bot.values import replace
from tests.making import digest


def checked(release: Release | None, number: int, verdict: Verdict = Verdict.PASS) -> Release:
    image = Reference.parse(f"quay.io/acme/app:1.0.0-x{number}y")
    placement = place(image, default_policy())
    assert placement is not None
    return recorded(release, MemberCheck(placement, digest(str(number)), verdict, 1000.0 + number), complete=0.0)


def full() -> Release:
    release = None
    for number in range(MEMBERS_MAX):
        release = checked(release, number)
    assert release is not None
    return release


def test_one_too_many_is_left_out_and_the_release_does_not_pass_any_more() -> None:
    assert full().verdict is Verdict.PASS
    over = checked(full(), MEMBERS_MAX)
    assert len(over.members) == MEMBERS_MAX
    assert over.verdict is Verdict.UNKNOWN
    assert view_of(over, (), 9999.0).is_cut
    assert release_of(over.name, fields_of(over)) == over


def test_one_too_many_that_fails_is_told_and_stays() -> None:
    over = checked(full(), MEMBERS_MAX, Verdict.FAIL)
    assert len(over.members) == MEMBERS_MAX
    assert [member.digest for member in over.problems] == [digest(str(MEMBERS_MAX))]
    again = checked(over, MEMBERS_MAX + 1)
    assert again.verdict is Verdict.FAIL
    every = replace(over, members=tuple(replace(one, verdict=Verdict.FAIL) for one in over.members))
    assert checked(every, 9000, Verdict.FAIL).members == every.members
