"""Signed, then made again."""

from tests.causes.showing import hides, shows, unsigned, workflow
from tests.making import digest, image, platform, signature

ID, RULE = "remade-index", "signature-missing"
OLD = digest("the index before")
BEFORE = image(digest=OLD, signatures=(signature(digest=OLD),))


def test_another_index_of_the_same_platforms_is_signed() -> None:
    case = {"evidence": unsigned(), "rule": RULE, "baseline": BEFORE}
    shows(ID, "likely", OLD[:19], **case)
    shows(ID, "certain", workflow=workflow("workflow-index-remade-after-signing"), **case)


def test_a_release_with_other_platforms_looks_alike() -> None:
    other = image(platform("linux/s390x"), digest=OLD, signatures=(signature(digest=OLD),))
    hides(ID, evidence=unsigned(), rule=RULE, baseline=other)


def test_an_index_that_nobody_signed_either_looks_alike() -> None:
    hides(ID, evidence=unsigned(), rule=RULE, baseline=image(digest=OLD, signatures=()))
