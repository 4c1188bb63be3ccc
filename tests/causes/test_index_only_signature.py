"""Only the index is signed."""

from tests.causes.showing import hides, shows
from tests.making import digest, image, platform, signature

ID, RULE = "index-only-signature", "signature-platform-uncovered"
TWO = (platform(), platform("linux/arm64"))


def test_a_signature_at_the_index_alone() -> None:
    assert "--recursive" in shows(ID, "certain", evidence=image(*TWO), rule=RULE).snippet


def test_where_some_platforms_are_signed_the_step_was_recursive_or_another() -> None:
    some = (signature(), signature(digest=digest("linux/arm64")))
    shows(ID, "certain", evidence=image(*TWO, signatures=some), rule=RULE)  # it fails for amd64, which has none
    every = (signature(), signature(digest=digest("linux/amd64")), signature(digest=digest("linux/arm64")))
    hides(ID, evidence=image(*TWO, signatures=every), rule="signature-lost")
