"""A small statement with provenance is parsed once, and what is said of it is what two looks at it would say."""

import json
from typing import Final

import pytest

from bot.attestations import head
from bot.attestations.reading import Reading, StatementEvidence, read_statement
from bot.attestations.statement import SLSA_V1
from bot.oci.ambiguity import Ambiguity, noticing
from tests.making import digest

IMAGE: Final = digest("image")
TOLD: Final = StatementEvidence(digest("layer"), digest("manifest"), "", size=1)

SUBJECT: Final = json.dumps([{"name": "app", "digest": {"sha256": IMAGE.partition(":")[2]}}])
OTHER: Final = json.dumps([{"name": "app", "digest": {"sha256": digest("other").partition(":")[2]}}])
PREDICATE: Final = '{"buildDefinition": {"buildType": "x"}, "runDetails": {"builder": {"id": "y"}}}'


def text(subject: str = SUBJECT, predicate: str = PREDICATE, more: str = "", kind: str = SLSA_V1) -> str:
    told = f'"_type": "https://in-toto.io/Statement/v1", "predicateType": "{kind}", "subject": {subject}'
    return f'{{{told}, "predicate": {predicate}{more}}}'


def deep(levels: int) -> str:
    return text(predicate=f'{{"deep": {"[" * levels}{"]" * levels}}}')


DOCUMENTS: Final = {
    "plain": text(),
    "about another image": text(OTHER),
    "about nothing": text("[]"),
    "subjects are null": text("null"),
    "no predicate": text(predicate="null"),
    "the predicate is a list": text(predicate="[1, 2]"),
    "the predicate twice": text(more=f', "predicate": {PREDICATE}'),
    "the subject twice": text(more=f', "subject": {OTHER}'),
    "an escaped key twice": text(more=f', "predicat\\u0065": {PREDICATE}'),
    "an unknown key twice": text(more=', "x": 1, "x": 2'),
    "a key of the predicate twice": text(predicate='{"buildDefinition": {}, "buildDefinition": {"buildType": "x"}}'),
    "such a key, about another image": text(OTHER, '{"buildDefinition": {}, "buildDefinition": {}}'),
    "a key of a subject twice": text(SUBJECT.replace('"name"', '"name": "other", "name"')),
    "a folded key": text(more=f', "Predicate": {PREDICATE}'),
    "a folded key of a subject": text(SUBJECT.replace('"digest"', '"Digest"')),
    "a folded key of the predicate": text(predicate=PREDICATE.replace("buildType", "BuildType")),
    "another version": text(kind="https://slsa.dev/provenance/v9"),
    "an unknown statement": text().replace("Statement/v1", "Statement/v7"),
    "more behind it": text() + "{}",
    "not all of it": text()[:-1],
    "no commas": text().replace(", ", " "),
    "half a character": text(more=', "x": "\\ud800"'),
    "subjects of the wrong kind": text('{"name": "app"}'),
    "levels that are read": deep(150),
    "too many levels": deep(300),
}


def read(document: str) -> tuple[Reading, tuple[Ambiguity, ...]]:
    with noticing() as notices:
        return read_statement(document.encode(), IMAGE, TOLD), notices.all


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_result_is_that_of_two_looks(document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(document)
    monkeypatch.setattr(head, "SMALL_MAX", 0)
    assert found == read(document)


def test_the_documents_are_what_they_are_called() -> None:
    assert read(DOCUMENTS["plain"])[0].provenance
    assert not read(DOCUMENTS["about another image"])[0].provenance
    ambiguous = {name for name, document in DOCUMENTS.items() if read(document)[1]}
    assert {name for name in DOCUMENTS if "folded" in name} <= ambiguous
    assert {name for name in DOCUMENTS if "twice" in name and "subject" not in name} <= ambiguous
    assert read(DOCUMENTS["the predicate twice"])[0].provenance
    assert read(DOCUMENTS["too many levels"])[0].statement.unreadable


def test_bytes_that_are_not_text_are_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    data = text().encode().replace(b'"y"', b'"\xff"')
    found = read_statement(data, IMAGE, TOLD)
    monkeypatch.setattr(head, "SMALL_MAX", 0)
    assert found == read_statement(data, IMAGE, TOLD)
    assert found.statement.problem
