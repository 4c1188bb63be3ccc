"""The place, the name, the kind and the length; never the value."""

import pytest

from bot.attestations.provenance import Exposed, Mode, RecordPlace
from bot.context import Context
from bot.evidence import NotAsked, Unreadable
from bot.rules import Outcome
from bot.rules.provenance_secret_exposed import rule
from tests.making import config, image, is_silent, platform, provenance, says

TOKEN = "npm_" + "a1B2" * 9
ARG = Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN)


def test_nothing_secret() -> None:
    harmless = provenance(exposed=(Exposed(RecordPlace.BUILD_ARGUMENT, "VERSION", "1.2.3"),))
    is_silent(rule, image(platform(provenance=harmless)))


def test_a_token_in_a_build_argument() -> None:
    evidence = image(platform(provenance=provenance(exposed=(ARG,))))
    finding = says(rule, evidence, Outcome.FAIL, "build argument", "NPM_TOKEN", "40 characters")
    assert TOKEN not in repr(finding)
    assert TOKEN[:8] not in repr(finding)


def test_the_same_leak_in_the_same_place_is_said_once() -> None:
    says(rule, image(platform(provenance=provenance(exposed=(ARG, ARG)))), Outcome.FAIL)


def test_a_second_statement_is_read_too() -> None:
    two = (provenance(), provenance(exposed=(ARG,)))
    says(rule, image(platform(provenances=two)), Outcome.FAIL, "NPM_TOKEN")


def test_without_provenance_the_configuration_is_read() -> None:
    leaky = config(exposed=(Exposed(RecordPlace.IMAGE_ENVIRONMENT, "DB_PASSWORD", "correct horse battery"),))
    says(rule, image(platform(provenance=None, config=leaky)), Outcome.FAIL, "DB_PASSWORD")


def test_a_configuration_that_could_not_be_read() -> None:
    says(rule, image(platform(config=Unreadable("timed out"))), Outcome.UNKNOWN, "timed out")


def test_provenance_that_could_not_be_read() -> None:
    says(rule, image(platform(provenance=Unreadable("cut off"))), Outcome.UNKNOWN, "cut off")


@pytest.mark.parametrize("mode", Mode)
def test_no_provenance_records_what_the_base_image_sets(mode: Mode) -> None:
    evidence = image(platform(provenance=provenance(mode), config=NotAsked("switched off")))
    says(rule, evidence, Outcome.UNKNOWN, "switched off")


def test_a_leak_is_told_even_when_the_rest_could_not_be_read() -> None:
    evidence = image(platform(provenance=provenance(exposed=(ARG,)), config=Unreadable("timed out")))
    says(rule, evidence, Outcome.FAIL)
    says(rule, evidence, Outcome.UNKNOWN)


def test_texts_that_nobody_looked_at_are_unknown() -> None:
    cut = provenance(unread=("only the first 20000 texts of the provenance were searched for secrets",))
    says(rule, image(platform(provenance=cut)), Outcome.UNKNOWN, "20000")
    says(rule, image(platform(config=config(unread=("only the first 20000",)))), Outcome.UNKNOWN, "20000")


def test_a_name_may_be_of_any_length_or_a_secret_itself() -> None:
    long = Exposed(RecordPlace.BUILD_ARGUMENT, "A_" * 5000 + "PASSWORD", "hunter2")
    says(rule, image(platform(provenance=provenance(exposed=(long,)))), Outcome.FAIL, "7 characters")
    odd = Exposed(RecordPlace.BUILD_ARGUMENT, f"{TOKEN}_TOKEN", "abc123def456")
    finding = says(rule, image(platform(provenance=provenance(exposed=(odd,)))), Outcome.FAIL, "withheld")
    assert TOKEN not in repr(finding)


def test_every_secret_of_a_text_is_named() -> None:
    text = Exposed(RecordPlace.DOCKERFILE, "", f"{TOKEN} https://me:hunter2@x.org ghp_{'a1B2' * 9}")
    found = list(rule.findings(Context(image(platform(provenance=provenance(exposed=(text,)))))))
    assert len(found) == 3
