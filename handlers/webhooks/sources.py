"""The configured sources, checked at start: one that anybody could forge is refused."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.errors import InvalidReferenceError, SettingsError
from bot.oci.reference import Reference
from bot.settings_values import SECRET_MIN, WebhookSource
from handlers.webhooks.receiver import Receiver

_OF_A_PATH: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def checked(sources: Iterable[WebhookSource], receivers: Mapping[str, Receiver]) -> dict[str, WebhookSource]:
    """The sources by id. Raises SettingsError that names the source and what to set."""
    by_id: dict[str, WebhookSource] = {}
    for source in sources:
        if source.id in by_id:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: two sources have the id {source.id!r}")
        if source.kind not in receivers:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: the kind of {source.id!r} is none of {', '.join(receivers)}")
        _check_keys(source, receivers[source.kind])
        check_places(source)
        by_id[source.id] = source
    return by_id


def _check_keys(source: WebhookSource, receiver: Receiver) -> None:
    """Everything that its proof is compared with is there, and nothing that would be read and ignored."""
    for key in ("account", "audience", "repositories"):
        is_set = bool(getattr(source, key))
        if key in receiver.needs and not is_set:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: {source.id!r} needs {key}; see `provenance webhooks`")
        if is_set and key not in receiver.needs:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: {source.id!r} has {key}, which its kind does not use")
    if "secret" in receiver.needs:
        _check_secret(source, in_path=receiver.in_path)
    elif source.secret.get_secret_value():
        raise SettingsError(f"PROVENANCE_WEBHOOKS: {source.id!r} has a secret, which its kind does not use")


def _check_secret(source: WebhookSource, *, in_path: bool) -> None:
    secret = source.secret.get_secret_value()
    if len(secret) < SECRET_MIN:
        raise SettingsError(
            f"PROVENANCE_WEBHOOKS: the secret of {source.id!r} has {len(secret)} characters, at least {SECRET_MIN} are "
            "needed, e.g. from `openssl rand -hex 32`",
        )
    if in_path and _OF_A_PATH.fullmatch(secret) is None:
        raise SettingsError(
            f"PROVENANCE_WEBHOOKS: the secret of {source.id!r} stands in the path, so it has only letters, digits, - "
            "and _",
        )


def check_places(source: WebhookSource) -> None:
    """Raises SettingsError unless hosts and repositories are written as in image names."""
    _check_hosts(source)
    _check_repositories(source)


def _check_hosts(source: WebhookSource) -> None:
    if not source.hosts:
        raise SettingsError(f'PROVENANCE_WEBHOOKS: {source.id!r} needs hosts, e.g. ["quay.io"]')
    for host in source.hosts:
        try:
            fits = Reference.parse(f"{host}/name/name:tag").registry == host
        except InvalidReferenceError:
            fits = False
        if not fits:
            raise SettingsError(
                f"PROVENANCE_WEBHOOKS: {host!r} of {source.id!r} is not a registry as it stands in image names",
            )


def _check_repositories(source: WebhookSource) -> None:
    for place in source.repositories.values():
        try:
            image = Reference.parse(f"{place}/name:tag")
        except InvalidReferenceError:
            image = None
        if image is None or image.name != f"{place}/name" or image.registry not in source.hosts:
            raise SettingsError(
                f"PROVENANCE_WEBHOOKS: {place!r} of {source.id!r} is not one of its hosts, with or without a path",
            )
