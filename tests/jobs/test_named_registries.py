"""The registries that an operator has named are told apart in metrics; a pattern for hosts names none."""

from bot.jobs.named_registries import named_registries
from bot.policy import default_policies
from bot.settings import Settings


def test_a_host_with_a_wildcard_names_no_registry() -> None:
    watch = ("quay.io/acme/*", "*.corp/app", "registry?/app", "[ab].corp/app", "registry.corp:5000/app")
    named = named_registries(Settings.model_validate({"watch": watch}), default_policies())
    assert named == {"quay.io", "registry.corp:5000"}
