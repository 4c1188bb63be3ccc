"""The images of one command are compared with each other: the same tag elsewhere, and what nobody could look at."""

from bot.cli.contexts import contexts
from bot.context import Context, SameTag
from bot.errors import NotFoundError, RegistryError, UnavailableError
from bot.evidence import Evidence, Unreadable
from bot.oci.layout import parse_layout
from bot.oci.reference import Reference
from bot.policy import default_policies
from tests.making import IMAGE, digest, image, platform, provenance
from tests.rules.earlier import earlier

HUB, OTHER = Reference.parse("docker.io/acme/app:1.2.3"), Reference.parse("docker.io/acme/other:1.2.3")


def asked(
    *others: tuple[Reference, Evidence | RegistryError], baseline: Evidence | RegistryError | None = None
) -> Context:
    found = contexts({IMAGE: image(), **dict(others)}, default_policies(), {IMAGE: baseline} if baseline else {})
    return found[0][0]


def test_the_same_tag_in_another_registry() -> None:
    there = image(image=HUB)
    assert asked((HUB, there), (OTHER, image(image=OTHER))).same_tag == (SameTag(HUB, there),)


def test_a_registry_without_the_tag_and_one_that_does_not_answer() -> None:
    assert asked((HUB, NotFoundError("404"))).same_tag == (SameTag(HUB, None),)
    (unread,) = asked((HUB, UnavailableError("503"))).same_tag
    assert isinstance(unread.found, Unreadable)


def test_another_tag_of_the_same_registry_is_none() -> None:
    later = IMAGE.tagged("1.2.4")
    assert asked((later, image(image=later))).same_tag == ()


def test_layouts_have_no_registry() -> None:
    one, two = parse_layout("oci:/a:1.2.3"), parse_layout("oci:/b:1.2.3")
    found = contexts({one: image(image=one), two: image(image=two)}, default_policies(), {})
    assert [context.same_tag for context, _ in found] == [(), ()]


def test_the_baseline_or_why_it_could_not_be_looked_at() -> None:
    before = earlier()
    assert asked(baseline=before).baseline == before
    assert isinstance(asked(baseline=UnavailableError("503")).baseline, Unreadable)
    assert asked().baseline is None


def test_a_copy_elsewhere_another_tag_of_the_same_content_and_an_image_of_the_same_build_are_sisters() -> None:
    moved = image(image=IMAGE.tagged("1.2.4"))
    sibling = image(image=IMAGE.tagged("other"), digest=digest("sibling"))
    assert asked((HUB, image(image=HUB)), (moved.image, moved), (sibling.image, sibling)).sisters == (
        image(),
        image(image=HUB),
        moved,
        sibling,
    )


def test_an_image_of_another_build_under_another_name_is_not_looked_at_for_causes() -> None:
    stranger = image(platform(provenance=provenance(revision="f" * 40)), image=OTHER, digest=digest("stranger"))
    assert asked((OTHER, stranger)).sisters == (image(),)
    assert asked().sisters == ()
