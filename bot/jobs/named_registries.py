"""The registries that an operator has named: what is watched, what announces pushes, and what the policy is about."""

from bot.policy import Policies
from bot.settings import Settings


def named_registries(settings: Settings, policies: Policies) -> set[str]:
    """Their hosts; a host with a wildcard names none."""
    named = {glob.partition("/")[0] for glob in _globs(settings, policies)}
    named |= {host for one in settings.webhooks for host in one.hosts}
    return {host for host in named if host and not _is_wild(host)}


def named_places(settings: Settings, policies: Policies) -> set[str]:
    """The namespaces that are named as a whole, each as host/name: see `place_of` in bot/oci/hosts.py."""
    places = {"/".join(glob.split("/")[:2]) for glob in _globs(settings, policies)}
    return {place for place in places if "/" in place and not _is_wild(place)}


def _globs(settings: Settings, policies: Policies) -> tuple[str, ...]:
    return (*settings.watch, *policies.listed(), *policies.watched())


def _is_wild(text: str) -> bool:
    return any(sign in text for sign in "*?[")
