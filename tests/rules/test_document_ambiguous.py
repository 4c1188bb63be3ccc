"""Documents that can be read in two ways."""

from datetime import date

import pytest

from bot.evidence import MissingBlob, Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.policy import Policy
from bot.policy.policy import Waiver
from bot.report import Verdict
from bot.rules import Outcome
from bot.rules.document_ambiguous import rule
from bot.unreadable import MissingKind
from tests.making import NOW, digest, image, is_silent, reported, says

TWICE = Ambiguity(Twofold.REPEATED_KEY, digest("index"), "manifests")


def test_none() -> None:
    is_silent(rule, image())


@pytest.mark.parametrize(
    ("kind", "key", "detail", "word"),
    [
        (Twofold.REPEATED_KEY, "manifests", "", "occurs twice"),
        (Twofold.FOLDED_KEY, "manife\u017fts", "", r"'manife\u017fts'"),
        (Twofold.INDEX_AND_MANIFEST, "layers", "index and manifest", "index and manifest at once"),
        (Twofold.MEDIA_TYPES, "mediaType", "the header says index", "the header says index"),
        (Twofold.EMBEDDED_DATA, "data", "", "embeds other bytes"),
        (Twofold.REFERENCES, "one and the other", "", "'one and the other' contradict each other"),
        (Twofold.DESCRIPTORS, "size", "it", "it is described several times"),
    ],
)
def test_it_names_the_document_and_the_key(kind: Twofold, key: str, detail: str, word: str) -> None:
    evidence = image(ambiguous=(Ambiguity(kind, digest("index"), key, detail),))
    says(rule, evidence, Outcome.FAIL, digest("index"), ascii(key), word, about="image")


def test_what_could_not_be_looked_at_may_be_anything() -> None:
    says(rule, image(unreadable=(Unreadable("nested too deep"),)), Outcome.UNKNOWN, "too deep", about="image")
    says(rule, image(unconfirmed=(Unreadable("503"),)), Outcome.UNKNOWN, "503", about="image")
    gone = MissingBlob(digest("lost"), digest("index"), MissingKind.ATTESTATION_MANIFEST)
    says(rule, image(missing=(gone,)), Outcome.UNKNOWN, digest("lost"), about="image")


@pytest.mark.parametrize("advise", [frozenset[str](), frozenset({rule.id})])
def test_every_policy_asks_it(advise: frozenset[str]) -> None:
    policy = Policy("lax", require=frozenset({"signature-missing"}), advise=advise)
    assert reported(image(), policy, now=NOW).verdict is Verdict.PASS
    assert reported(image(ambiguous=(TWICE,)), policy, now=NOW).verdict is Verdict.FAIL
    assert reported(image(unreadable=(Unreadable("nested too deep"),)), policy, now=NOW).verdict is Verdict.UNKNOWN


def test_no_waiver_covers_it() -> None:
    waiver = Waiver(rule.id, "we know", date(2099, 1, 1))
    policy = Policy("lax", require=frozenset({rule.id}), waivers=(waiver,))
    assert reported(image(ambiguous=(TWICE,)), policy, now=NOW).verdict is Verdict.FAIL
