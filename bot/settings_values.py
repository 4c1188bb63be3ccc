"""What a single setting may hold: functions that give a value back as the program uses it, and a webhook source."""

import ipaddress
import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from bot.errors import MalformedError
from bot.oci.canonical import canonical_name, canonical_registries
from bot.oci.catalogue.apis import TagApi
from bot.oci.grammar import HOST


def as_plain_address(url: str) -> str:
    """An http or https address without user, query and fragment; without a slash at its end. Raises ValueError."""
    if url and not _is_plain(url):
        raise ValueError("expected an https:// or http:// address with a host, without user, query and fragment")
    return url.rstrip("/")


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0  # raises for what is not a port
    except ValueError:
        return False
    is_web = parts.scheme in {"https", "http"} and bool(parts.hostname) and has_port
    return is_web and "@" not in parts.netloc and not re.search(r"[\s?#]", url)


def as_issuer(url: str) -> str:
    """An address of which a slash at its end is a part. Raises ValueError."""
    as_plain_address(url)
    return url  # a slash at its end is a part of an issuer's name


def as_host(text: str) -> str:
    """A host, perhaps with a port. Raises ValueError."""
    if not HOST.fullmatch(text):
        raise ValueError("a host is written like registry.corp or registry.corp:5000")
    return text.lower()


def as_secure_address(url: str) -> str:
    """An https address. Raises ValueError."""
    if not url.startswith("https://"):
        raise ValueError("expected an address that begins with https://")
    return as_plain_address(url)


def as_tag_apis(table: dict[str, TagApi]) -> dict[str, TagApi]:
    """The table with each registry in its one spelling. Raises ValueError."""
    return {as_registries((registry,))[0]: api for registry, api in table.items()}


def as_network(text: str) -> str:
    """An IP address or a network. Raises ValueError."""
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError("an IP address or a network is written like 127.0.0.1 or 10.0.0.0/8") from None


def as_proxy(text: SecretStr) -> SecretStr:
    """The address of a proxy; the error does not show it, as it may hold a login. Raises ValueError."""
    from bot.oci.wire.outbound import of_operator  # noqa: PLC0415 - it brings yarl, and most have no proxy

    of_operator(text.get_secret_value())
    return text


_PROXYLESS: Final = re.compile(
    r"\*|((\*?\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE
)


def as_proxyless(text: str) -> str:
    """What is dialled without the proxy: a host, the end of its name, a network, all of them. Raises ValueError."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        if not _PROXYLESS.fullmatch(text):
            raise ValueError("a host without a proxy is written like corp, registry.corp:5000 or 10.0.0.0/8") from None
    return text


def as_glob(text: str) -> str:
    """A glob of images. Raises ValueError."""
    from bot.policy.globs import require_glob  # noqa: PLC0415 - heavy, and a check in a terminal watches nothing

    try:
        return require_glob(text)
    except MalformedError as error:
        raise ValueError(str(error)) from None


def as_channel(text: str) -> str:
    """A Slack channel, or nothing. Raises ValueError."""
    from bot.policy.channel import require_channel  # noqa: PLC0415 - as above

    try:
        return require_channel(text) if text else ""
    except MalformedError as error:
        raise ValueError(str(error)) from None


PORTS_MAX: Final = 100
"""Ports of one range; more processes than that are on several machines."""

_LISTENING: Final = re.compile(r"(?P<host>.+):(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?", re.ASCII)


def as_listening(text: str) -> str:
    """An address to listen on, or nothing. Raises ValueError."""
    if text:
        ports_of(text)
    return text


def ports_of(text: str) -> tuple[str, range]:
    """The host, and the ports of which the first free one is taken: one, or from first to last. Raises ValueError."""
    found = _LISTENING.fullmatch(text)
    first = int(found["first"]) if found else 0
    last = int(found["last"] or first) if found else 0
    if found is None or not first <= last < min(first + PORTS_MAX, 1 << 16):
        raise ValueError(
            f"an address to listen on is like 127.0.0.1:9090, or 127.0.0.1:9090-9099 (at most {PORTS_MAX} ports)"
        )
    return found["host"].strip("[]"), range(first, last + 1)


def as_digest(text: str) -> str:
    """When a digest is posted. Raises ValueError."""
    from bot.digest.schedule import parse  # noqa: PLC0415 - the default needs none

    try:
        return str(parse(text))
    except MalformedError as error:
        raise ValueError(str(error)) from None


def as_bot_token(token: SecretStr) -> SecretStr:
    """Slack's token of a bot. Raises ValueError."""
    if not token.get_secret_value().startswith("xoxb-"):
        raise ValueError("a bot token begins with xoxb-")
    return token


def as_app_token(token: SecretStr) -> SecretStr:
    """Slack's token of an app. Raises ValueError."""
    if not token.get_secret_value().startswith("xapp-"):
        raise ValueError("an app-level token begins with xapp-")
    return token


def as_registries(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Registries in their one spelling. Raises ValueError."""
    try:
        return canonical_registries(hosts)
    except MalformedError as error:
        raise ValueError(str(error)) from None


def as_name(text: str) -> str:
    """A name of an image in its one spelling. Raises ValueError."""
    try:
        return canonical_name(text)
    except MalformedError as error:
        raise ValueError(str(error)) from None


SECRET_MIN = 32
"""Characters of a webhook's secret. For senders that cannot sign, the secret is part of the path."""


class WebhookSource(BaseModel):
    """One registry that may announce pushes.

    It posts to /webhooks/<id> or, when it cannot sign, to /webhooks/<id>/<secret>.

    `hosts` are the registries whose pushes it may announce. Announcements for other hosts are dropped.
    `account` and `audience` are of the token that Pub/Sub sends. `repositories`: for a product that announces its own
    name of a repository, where images of it are: "host" or "host/path".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # a terminal has none

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]  # pydantic's $ is the very end
    kind: str  # a name in RECEIVERS of handlers/webhooks/senders/; what it needs is validated at start
    secret: SecretStr = SecretStr("")
    hosts: Annotated[tuple[str, ...], AfterValidator(as_registries)]
    account: str = ""
    audience: str = ""
    repositories: dict[str, Annotated[str, AfterValidator(as_name)]] = Field(default_factory=dict)
