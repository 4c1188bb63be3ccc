"""What `provenance webhooks` prints: each source's URL, and what the sender's operator pastes where.

A secret that is configured is never shown. Where none is configured one is made, and shown this once.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from string import Template
from typing import Any, Final

from pydantic import ValidationError

from bot.errors import SettingsError, UsageError
from bot.settings import Settings
from bot.settings_source import in_words
from bot.settings_values import WebhookSource
from handlers.webhooks.receiver import Receiver
from handlers.webhooks.senders import RECEIVERS
from handlers.webhooks.sources import check_places

SECRET_BYTES: Final = 32
"""Of a secret that is made; 43 characters in a URL."""

MISSING: Final = {
    "account": "ACCOUNT, the service account of the push subscription",
    "audience": "AUDIENCE, e.g. the URL",
    "repositories": 'where images of each repository are, e.g. {"docker-local": "registry.example.com/docker-local"}',
}
"""What a configured source may lack beside a secret, and what it is."""

MAKE_ONE: Final = "provenance webhooks --new KIND --host HOST"

OPTIONS: Final = {"account": "--account", "repositories": "--repository"}
"""How the operator tells what a kind needs beside its hosts."""


def table() -> str:
    """The table in docs/webhooks.md of senders."""
    rows = "".join(
        f"| `{kind}` | {receiver.title} | {receiver.proof.shown} | {receiver.retries} |\n"
        for kind, receiver in RECEIVERS.items()
    )
    return f"| kind | sender | proof of origin | when refused, the sender |\n| --- | --- | --- | --- |\n{rows}"


def guides(settings: Settings, asked: str = "") -> str:
    """For every configured source, or for the one of that id. Raises UsageError for an unknown one."""
    sources = [source for source in settings.webhooks if asked in ("", source.id)]
    if asked and not sources:
        raise UsageError(f"no source in PROVENANCE_WEBHOOKS has the id {asked!r}{_meant(asked, _ids(settings))}")
    if not sources:
        return f"PROVENANCE_WEBHOOKS has no source. To make one: {MAKE_ONE}\n\n{_kinds()}"
    return "\n".join(guide(source, _receiver(source.kind), settings.outside_url) for source in sources)


def new(settings: Settings, kind: str, told: Mapping[str, Any]) -> str:
    """For a source that is not configured yet; `told` are keys of WebhookSource. Raises UsageError."""
    receiver = _receiver(kind)
    for key, option in OPTIONS.items():
        if bool(told.get(key)) != (key in receiver.needs):
            raise UsageError(f"a source of kind {kind} {'needs' if key in receiver.needs else 'does not use'} {option}")
    if told["id"] in _ids(settings):
        raise UsageError(f"PROVENANCE_WEBHOOKS has a source with the id {told['id']!r}; choose another with --id")
    audience = _url(told["id"], settings.outside_url) if "audience" in receiver.needs else ""
    try:
        source = WebhookSource.model_validate({"kind": kind, **told, "audience": audience})
        check_places(source)
    except ValidationError as error:
        raise UsageError(in_words(error).replace("PROVENANCE_", "").lower()) from None
    except SettingsError as error:
        raise UsageError(str(error).removeprefix("PROVENANCE_WEBHOOKS: ")) from None
    return guide(source, receiver, settings.outside_url, is_new=True)


def guide(source: WebhookSource, receiver: Receiver, address: str, *, is_new: bool = False) -> str:
    """One source: its URL, its entry in the settings when that is new, and what to paste where."""
    is_without = "secret" in receiver.needs and not source.secret.get_secret_value()
    made = secrets.token_urlsafe(SECRET_BYTES) if is_without else ""
    url = _url(source.id, address) + (f"/{made or 'SECRET'}" if receiver.in_path else "")
    told = {"url": url, "secret": made or "SECRET", "host": source.hosts[0] if source.hosts else "HOST"}
    told |= {"account": source.account or "ACCOUNT", "audience": source.audience or "AUDIENCE"}
    notes = [] if address else ["HOST is where the bot can be reached; PROVENANCE_BASE_URL sets it."]
    if made:
        notes.append("The secret was made now. It is not stored, and not shown again.")
    elif "secret" in receiver.needs:
        notes.append("SECRET is the source's secret in PROVENANCE_WEBHOOKS.")
    lacking = [key for key in MISSING if key in receiver.needs and not getattr(source, key)]
    notes += [f"The source needs {key}: {MISSING[key]}." for key in lacking]
    if made or is_new:
        notes += ["Entry for PROVENANCE_WEBHOOKS:", f"    {json.dumps(_entry(source, made))}"]
    title = f"{source.id}: {receiver.title}, for {', '.join(source.hosts)}"
    return "\n".join([title, f"URL: {url}", *notes, "", Template(receiver.setup).substitute(told)])


def _entry(source: WebhookSource, secret: str) -> dict[str, Any]:
    entry = source.model_dump(mode="json", exclude_defaults=True, exclude={"id", "kind", "secret"})
    return {"id": source.id, "kind": source.kind} | ({"secret": secret} if secret else {}) | entry


def _url(name: str, address: str) -> str:
    return f"{address or 'https://HOST'}/webhooks/{name}"


def _ids(settings: Settings) -> tuple[str, ...]:
    return tuple(source.id for source in settings.webhooks)


def _receiver(kind: str) -> Receiver:
    if kind not in RECEIVERS:
        raise UsageError(f"unknown kind {kind!r}{_meant(kind, RECEIVERS)}; the kinds are: {', '.join(RECEIVERS)}")
    return RECEIVERS[kind]


def _meant(word: str, words: Iterable[str]) -> str:
    close = get_close_matches(word, list(words), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _kinds() -> str:
    width = max(map(len, RECEIVERS))
    return "".join(f"{kind:<{width}}  {receiver.title}\n" for kind, receiver in RECEIVERS.items())
