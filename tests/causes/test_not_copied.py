"""A registry of the group does not have the tag: what is there has to be copied to it, and not the other way round."""

from datetime import date

from bot.check.names import ImageNames
from bot.context import Context, Phase, SameTag
from bot.evidence import Unreadable
from bot.oci.reference import Reference
from bot.unreadable import UnknownReason
from tests.causes.showing import elsewhere, hides, shows
from tests.making import digest, image

ID, RULE = "not-copied", "tag-registries-differ"
HUB = SameTag(Reference.parse("docker.io/acme/app:1.2.3"), None)
GHCR = Reference.parse("ghcr.io/acme/app:1.2.3")


def test_a_registry_lacks_the_tag() -> None:
    cause = shows(ID, "likely", "docker.io does not have this tag", evidence=image(), rule=RULE, same_tag=(HUB,))
    context = Context(image(), same_tag=(HUB,))
    names = ImageNames(context, date(2026, 11, 29))
    pasted = names.to_paste(cause.snippet)
    assert "copy --referrers --digest-tags quay.io/acme/app:1.2.3 docker.io/acme/app:1.2.3\n" in pasted
    assert "crane digest docker.io/acme/app:1.2.3\n" in names.to_verify(cause.verify)


def test_each_registry_that_lacks_it_is_named() -> None:
    both = (HUB, SameTag(GHCR, None))
    shows(ID, "likely", "docker.io, ghcr.io do not have this tag", evidence=image(), rule=RULE, same_tag=both)


def test_a_registry_that_could_not_be_looked_at_may_have_it() -> None:
    unread = SameTag(GHCR, Unreadable("it does not answer", UnknownReason.UNREADABLE))
    hides(ID, evidence=image(), rule=RULE, same_tag=(unread,))


def test_where_a_third_has_another_digest_nobody_knows_which_is_right() -> None:
    other = elsewhere("ghcr.io", digest=digest("another index"))
    hides(ID, evidence=image(), rule=RULE, same_tag=(HUB, SameTag(GHCR, other)))


def test_a_tag_may_be_on_its_way_still() -> None:
    other = elsewhere("ghcr.io", signatures=())
    known = {"evidence": image(), "rule": RULE, "same_tag": (HUB, SameTag(GHCR, other))}
    shows(ID, "likely", **known)
    hides(ID, is_complete=False, **known)
    hides(ID, phase=Phase.SETTLING, **known)
