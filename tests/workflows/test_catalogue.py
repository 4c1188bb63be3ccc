"""The lint rules as a whole."""

from bot.rules import catalogue as on_images
from bot.workflows.rules import catalogue

ON_COMPARISONS = {
    "provenance-lost",
    "sbom-lost",
    "signature-lost",
    "provenance-builder-changed",
    "platform-lost",
    "tag-moved",
    "tag-registries-differ",
}
"""Rules on images between releases, tags and registries."""


def test_ids_are_words_with_the_topic_first_and_meet_no_rule_on_images() -> None:
    ids = [rule.id for rule in catalogue()]
    assert len(set(ids)) == len(ids)
    assert all(id_.startswith("workflow-") and id_.replace("-", "").isalpha() for id_ in ids)
    assert not set(ids) & {rule.id for rule in on_images()}


def test_every_rule_says_what_it_is_about_and_what_to_do() -> None:
    for rule in catalogue():
        assert rule.title
        assert rule.rationale.endswith(".")
        assert rule.remediation.text.endswith(".")
        assert all(reference.startswith("https://") for reference in rule.references)


def test_what_a_finding_explains_are_rules_on_images() -> None:
    there = {rule.id for rule in on_images()} | ON_COMPARISONS
    assert all(rule.explains <= there for rule in catalogue())
