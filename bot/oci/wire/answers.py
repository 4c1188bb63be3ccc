"""What a registry's answer means, in the errors that the port promises.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
"""

from typing import Final

from bot.errors import DeniedError, MalformedError, NotFoundError, RegistryError, UnavailableError
from bot.oci.documents import Wire, read
from bot.oci.wire.messages import OK, Response

MESSAGE_MAX: Final = 200
"""Characters of a registry's own words that are shown."""

ASK_WITH_LOGIN: Final = "logins are read from docker's config.json or the file that PROVENANCE_REGISTRY_AUTH names"
"""What to do about an image that is not public."""

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404

REFUSALS: Final = frozenset({"UNAUTHORIZED", "DENIED", "TOOMANYREQUESTS", "UNAVAILABLE"})
"""Codes of an error that says nothing of what is there. A gateway may send them with a status that does."""


class _Trouble(Wire):
    code: str = ""
    message: str = ""


class _Refusal(Wire):
    errors: tuple[_Trouble, ...] = ()


def expect(response: Response) -> Response:
    """The response when it is a success. Raises the RegistryError that it means otherwise."""
    if response.status == OK:
        return response
    raise _meaning(response)


def expect_content(response: Response) -> Response:
    """The same for manifests and blobs, whose absence is a finding about the image.

    Raises UnavailableError for a 404 with a page, as a gateway writes it while its registry restarts. Registries answer
    with JSON or an empty body.
    """
    ask = response.ask
    if response.status == NOT_FOUND and ask.led_by is None and _is_page(response.body):
        text = f"{ask.what}: {ask.url.host} answered 404 with a page; that is not an answer of a registry"
        raise UnavailableError(text, host=ask.registry, tried=response.tried)
    return expect(response)


def _is_page(body: bytes) -> bool:
    text = body.strip()
    return bool(text) and not text.startswith(b"{")


def _meaning(response: Response) -> RegistryError:
    ask = response.ask
    own = ask.led_by is None
    if response.status in (UNAUTHORIZED, FORBIDDEN) and own:
        text = f"{ask.what} was not found on {ask.registry}, or is not public{explained(response)}"
        return DeniedError(f"{text} ({ASK_WITH_LOGIN})", host=ask.registry, tried=response.tried)
    if response.status == NOT_FOUND and not refuses(response):
        text = f"{ask.what} was not found on {ask.registry}{explained(response)}"
        error = NotFoundError(text, host=ask.registry, tried=response.tried)
        error.wordless = not codes(response)
        return error
    text = f"{ask.what}: {ask.url.host} answered {response.status}{explained(response)}"
    return UnavailableError(text, host=ask.registry, tried=response.tried)


def codes(response: Response) -> frozenset[str]:
    """The codes of an error's body, e.g. MANIFEST_UNKNOWN."""
    return frozenset(error.code for error in _errors(response))


def refuses(response: Response) -> bool:
    """Whether its body says that we may not see it, or not now, whatever its status is."""
    told = codes(response)
    return bool(told) and told <= REFUSALS


def explained(response: Response) -> str:
    """The registry's own words behind a colon, printable and cut; "" when it has none."""
    message = next((error.message or error.code for error in _errors(response)), "")
    shown = "".join(character if character.isprintable() else " " for character in message).strip()
    return f": {shown[:MESSAGE_MAX]}" if shown else ""


def _errors(response: Response) -> tuple[_Trouble, ...]:
    try:
        return read(response.body, _Refusal, what="error").errors
    except MalformedError:
        return ()
