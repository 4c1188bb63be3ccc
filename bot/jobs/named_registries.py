"""The registries that an operator has named: what is watched, what announces pushes, and what the policy is about."""

from bot.policy import Policies
from bot.settings import Settings


def named_registries(settings: Settings, policies: Policies) -> set[str]:
    """Their hosts; a host with a wildcard names none."""
    globs = (*settings.watch, *policies.listed(), *policies.watched())
    named = {glob.partition("/")[0] for glob in globs} | {host for one in settings.webhooks for host in one.hosts}
    return {host for host in named if host and "*" not in host and "?" not in host and "[" not in host}
