"""Attestations that hang on nothing."""

from bot.evidence import Unlinked, UnlinkedReason, Unreadable
from bot.rules import Outcome
from bot.rules.attestation_unlinked import rule
from tests.making import digest, image, is_silent, says


def test_none() -> None:
    is_silent(rule, image())


def test_annotations_dropped() -> None:
    lost = Unlinked(digest("lost"), UnlinkedReason.NO_ANNOTATIONS, subject=digest("linux/amd64"))
    says(rule, image(unlinked=(lost,)), Outcome.FAIL, "annotations dropped", digest("linux/amd64"), about="image")


def test_a_part_of_the_index_that_could_not_be_read() -> None:
    says(rule, image(unreadable=(Unreadable("nested too deep"),)), Outcome.UNKNOWN, about="image")
