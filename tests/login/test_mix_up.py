"""The answer in the browser must be of the provider to which the browser was sent (RFC 9207)."""

import pytest

from bot.errors import LoginRefusedError
from bot.login.client import LoginClient
from bot.login.options import LoginOptions
from bot.login.pending import new_pending
from bot.login.provider import ProviderMetadata
from bot.login.role import Role

OURS, OTHER = "https://login.example", "https://login.evil.example"


def metadata(*, says: bool) -> ProviderMetadata:
    return ProviderMetadata(
        issuer=OURS,
        authorization_endpoint=f"{OURS}/authorize",
        token_endpoint=f"{OURS}/token",
        jwks_uri=f"{OURS}/jwks",
        authorization_response_iss_parameter_supported=says,
    )


@pytest.fixture
def client() -> LoginClient:
    options = LoginOptions(issuer=OURS, client_id="bot", base_url="https://bot.example", roles={Role.SEE: ("*",)})
    return LoginClient(options)


@pytest.mark.parametrize(("says", "issuer"), [(True, OURS), (False, OURS), (False, None)])
def test_ours_is_taken_also_of_a_provider_that_does_not_say_who_it_is(
    client: LoginClient, issuer: str | None, *, says: bool
) -> None:
    client._require_issuer(metadata(says=says), new_pending(OURS, "browser", "/"), issuer)


@pytest.mark.parametrize(
    ("begun", "says", "issuer"),
    [
        (OURS, True, OTHER),
        (OURS, True, None),
        (OURS, False, OTHER),  # it need not say who it is; another name is still another's
        (OURS, False, ""),
        (OTHER, True, OURS),  # begun before the operator changed the provider, or by another bot with this store
        (OTHER, False, None),
    ],
)
def test_no_other_is(client: LoginClient, begun: str, issuer: str | None, *, says: bool) -> None:
    with pytest.raises(LoginRefusedError):
        client._require_issuer(metadata(says=says), new_pending(begun, "browser", "/"), issuer)
