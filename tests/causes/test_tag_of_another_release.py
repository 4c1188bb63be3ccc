"""A tag that now stands for the image of another one."""

from bot.oci.reference import Reference
from tests.causes.showing import elsewhere, hides, shows
from tests.making import digest, image

ID, RULE, MOVED = "tag-of-another-release", "tag-moved", digest("before")
FIX = Reference.parse("quay.io/acme/app:1.2.3-fix-1")


def test_the_tag_stands_for_the_fix_now() -> None:
    fix = image(image=FIX)
    shows(ID, "certain", "1.2.3-fix-1", evidence=image(), rule=RULE, sisters=(fix,), moved_from=MOVED)


def test_another_digest_is_another_image() -> None:
    fix = image(image=FIX, digest=digest("fix"))
    hides(ID, evidence=image(), rule=RULE, sisters=(fix,), moved_from=MOVED)


def test_the_same_tag_elsewhere_is_the_same_release() -> None:
    hides(ID, evidence=image(), rule=RULE, sisters=(elsewhere("docker.io"),), moved_from=MOVED)


def test_a_tag_that_was_set_back_to_the_release_before_is_no_fix() -> None:
    """Seen: "say so where releases are announced", of 1.2.3 that stands for 1.2.2."""
    before = image(image=Reference.parse("quay.io/acme/app:1.2.2"))
    hides(ID, evidence=image(), rule=RULE, sisters=(before,), baseline=before, moved_from=MOVED)
