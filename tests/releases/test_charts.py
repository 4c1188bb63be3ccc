"""A chart among the images of a release."""

import pytest

from bot.oci.reference import Reference
from bot.releases import Member, Release, ReleaseName
from bot.render.release.members import view_of
from bot.render.release.view import ReleaseView
from bot.report import Report, Verdict
from tests.check.test_artifacts import PROVENANCE_ONLY, STRICT, chart
from tests.judging import judged
from tests.making import image, platform

CHART = Reference.parse("quay.io/acme/charts/app:1.2.3")


def view(*reports: Report) -> ReleaseView:
    members = tuple(Member(Reference.parse(one.image), verdict=one.verdict, is_final=True) for one in reports)
    return view_of(Release(ReleaseName("acme/app", "1.2.3"), members), reports, now=1.0)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_a_chart_of_which_nothing_is_asked_does_not_count_among_images(verdict: Verdict) -> None:
    app = image() if verdict is Verdict.PASS else image(platform(provenance=None))
    told = view(judged(app, PROVENANCE_ONLY), judged(chart(image=CHART), PROVENANCE_ONLY))
    assert (told.verdict, len(told.images)) == (verdict, 1)


def test_a_chart_whose_signature_is_missing_counts() -> None:
    assert view(judged(image(), STRICT), judged(chart(image=CHART), STRICT)).verdict is Verdict.FAIL


def test_charts_alone_do_not_pass() -> None:
    told = view(judged(chart(image=CHART), PROVENANCE_ONLY))
    assert (told.verdict, told.asks_nothing) == (Verdict.UNKNOWN, True)
