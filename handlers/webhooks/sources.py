"""The configured sources, checked at start: one that anybody could forge is refused."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.errors import InvalidReferenceError, SettingsError
from bot.oci.reference import Reference
from bot.settings import SECRET_MIN, WebhookSource
from handlers.webhooks.delivery import Receiver

_OF_A_PATH: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def checked(sources: Iterable[WebhookSource], receivers: Mapping[str, Receiver]) -> dict[str, WebhookSource]:
    """The sources by id. Raises SettingsError that names the source and what to set."""
    by_id: dict[str, WebhookSource] = {}
    for source in sources:
        if source.id in by_id:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: two sources have the id {source.id!r}")
        if source.kind not in receivers:
            raise SettingsError(f"PROVENANCE_WEBHOOKS: the kind of {source.id!r} is none of {', '.join(receivers)}")
        _check_secret(source, in_path=receivers[source.kind].in_path)
        _check_hosts(source)
        by_id[source.id] = source
    return by_id


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
