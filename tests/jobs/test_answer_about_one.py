"""An answer about one image of a release of several names the image: the others may fail."""

import pytest

from bot.jobs.parts import CheckPolicy
from bot.jobs.release_views import alone
from bot.oci.reference import Reference
from bot.releases import Placement, ReleaseName
from bot.render.slack.release import parent
from tests.reports import report


@pytest.mark.parametrize(
    ("image", "group", "family", "title"),
    [
        ("quay.io/acme/cli:1.2.3", "acme/platform", "", "acme/cli 1.2.3"),
        ("quay.io/acme/app:1.2.3-native", "acme/app", "-native", "acme/app 1.2.3-native"),
        ("quay.io/acme/app:1.2.3", "acme/app", "", "acme/app 1.2.3"),
    ],
)
def test_the_answer_has_the_name_of_the_image_and_not_of_its_release(
    image: str, group: str, family: str, title: str
) -> None:
    """Seen: "Pass: acme/platform 1.2.3, passes" after one of its six images was checked."""
    placement = Placement(Reference.parse(image), ReleaseName(group, "1.2.3"), family)
    view = alone(report(image), CheckPolicy("v1", placement=placement))
    assert view.title == title
    assert parent(view, intent="x", base_url="").text.startswith(f"Pass: {title}, ")


def test_an_image_without_a_release_has_its_whole_name() -> None:
    image = "quay.io/acme/app@sha256:" + "1" * 64
    assert alone(report(image), CheckPolicy("v1")).title == image
