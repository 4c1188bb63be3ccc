"""Opens the way to all registries: one session and one connector a process.

async with open_registries(settings.registry_options()) as registry:
    content = await registry.manifest(Reference.parse("quay.io/team/app:1.0"))
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, DummyCookieJar, ThreadedResolver
from aiohttp.abc import AbstractResolver

from bot.oci.auth.authorizer import Authorizer
from bot.oci.auth.keyring import Keyring
from bot.oci.auth.realms import Realms
from bot.oci.auth.tokens import Tokens
from bot.oci.caller import Caller
from bot.oci.client import HttpRegistry
from bot.oci.guard import Guard
from bot.oci.hosts import authorities
from bot.oci.mirrors import Mirrors
from bot.oci.options import RegistryOptions
from bot.oci.router import Router
from bot.oci.shared_hosts import SharedHosts
from bot.oci.wire.exchange import HttpExchange
from bot.oci.wire.gates import Gates
from bot.oci.wire.limits import ToldLimits
from bot.oci.wire.meter import MeteredConnector
from bot.oci.wire.pace import Pace
from bot.oci.wire.proxied import requests_by
from bot.oci.wire.proxy_way import proxies_of, proxy_way
from bot.oci.wire.sender import Sender

if TYPE_CHECKING:
    from bot.oci.catalogue.catalogue import Catalogue

CONNECTIONS_MAX: Final = 128
"""Of the process; each host's share is in wire/gates.py."""


class OpenRegistries(Router):
    """The port to all registries, what they say that they hold, and what they say of their limits."""

    def __init__(self, caller: Caller, http: HttpRegistry, options: RegistryOptions, limits: ToldLimits) -> None:
        mirrors = Mirrors(options.mirrors)
        super().__init__(http, mirrors, layouts=options.allow_layouts)
        self._parts = caller, mirrors, options.tag_apis
        self.limits = limits

    @cached_property
    def catalogue(self) -> "Catalogue":
        """What the registries say that they hold."""
        from bot.oci.catalogue.catalogue import Catalogue  # noqa: PLC0415 - a check of named images asks for no list

        caller, mirrors, apis = self._parts
        return Catalogue(caller, self, mirrors, apis)


@asynccontextmanager
async def open_registries(
    options: RegistryOptions,
    *,
    shared: SharedHosts | None = None,
    pace: Pace | None = None,
    resolver: AbstractResolver | None = None,
    tls: ssl.SSLContext | bool = True,
) -> AsyncIterator[OpenRegistries]:
    """All registries behind one port; closed at the end. `resolver` and `tls` are the system's unless given.

    `shared`: what all processes that share a store know of the registries' hosts.
    Certificates of one's own authority: the variable SSL_CERT_FILE, as OpenSSL reads it.
    Raises SettingsError when the mirrors' table does not hold.
    """
    resolver = resolver or ThreadedResolver()
    proxies = proxies_of(options)
    guard = Guard(options, proxy_way(proxies, resolver))
    connector = MeteredConnector(
        limit=CONNECTIONS_MAX,
        resolver=resolver,
        socket_factory=guard.open_socket,
        ssl=tls,
    )
    headers = {"User-Agent": options.user_agent, "Accept-Encoding": "identity"}  # digests are over the stored bytes
    async with ClientSession(
        connector=connector,
        headers=headers,
        cookie_jar=DummyCookieJar(),
        trust_env=False,  # behind a proxy the guard sees the proxy alone: see wire/outbound.py
        request_class=requests_by(proxies),
    ) as session:
        used, limits = pace or Pace(), ToldLimits()
        gates = Gates(options.concurrency, options.concurrency_max, shared, used.clock)
        caller = _caller(HttpExchange(session, guard, used, limits, gates), options)
        quays = [host for host, api in options.tag_apis.items() if api == "quay"]
        http = HttpRegistry(caller, local=options.local, shared=shared, limited=quays)
        yield OpenRegistries(caller, http, options, limits)


def _caller(wire: HttpExchange, options: RegistryOptions) -> Caller:
    sender = Sender(wire)
    realms = Realms(options.realms, local=options.local)
    authorizer = Authorizer(Keyring(options, wire.pace), realms, Tokens(sender))
    return Caller(sender, authorizer, authorities(options.insecure_hosts))
