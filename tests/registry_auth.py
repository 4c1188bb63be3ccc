"""Who may read from the fake registry: Basic or Bearer, and the token server that goes with it."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from msgspec import Struct, field
from multidict import MultiMapping

from tests.registry_faults import Answer, refuse


class Auth(Struct, kw_only=True):
    """Tokens come from the registry's own /token unless `realm` says another place."""

    scheme: str = "Bearer"
    realm: str = ""
    service: str = "fake"
    user: str = ""
    password: str = ""
    anonymous: bool = True  # tokens without credentials
    token_field: str = "token"  # or access_token
    expires_in: int | None = 300  # seconds
    identity_token: str = ""  # accepted in a POST with grant_type=refresh_token
    post: bool = True  # False: the token server answers 404 to POST
    challenges: tuple[str, ...] = ()  # instead of our own
    issued: set[str] = field(default_factory=set)
    scopes: list[list[str]] = field(default_factory=list)  # what every token request asked for

    def revoke(self) -> None:
        """From now on no token that was issued is good."""
        self.issued.clear()

    def admits(self, authorization: str) -> bool:
        """Whether that header opens the registry."""
        if self.scheme == "Basic":
            return authorization == self.basic()
        return authorization.removeprefix("Bearer ") in self.issued

    def challenge(self, url: str, name: str) -> str:
        """The WWW-Authenticate header for a repository."""
        if self.challenges:
            return ", ".join(self.challenges)
        realm = f'{self.scheme} realm="{self.realm or url + "/token"}",service="{self.service}"'
        return realm + (f',scope="repository:{name}:pull"' if self.scheme == "Bearer" else "")

    def basic(self) -> str:
        """The header of user and password."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def token(self, method: str, headers: Mapping[str, str], body: bytes, query: MultiMapping[str]) -> Answer:
        """What the token server answers."""
        form = parse_qs(body.decode())
        self.scopes.append(form["scope"] if "scope" in form else query.getall("scope", []))
        if method == "POST" and not self.post:
            return refuse(404, "UNSUPPORTED", "no POST here")
        given = headers.get("Authorization", "")
        known = self.identity_token != "" and form.get("refresh_token") == [self.identity_token]
        if not (known or (self.anonymous and not given) or (given and given == self.basic())):
            return refuse(401, "UNAUTHORIZED", "who are you?")
        token = f"fake-token-{len(self.scopes)}"
        self.issued.add(token)
        answer: dict[str, object] = {self.token_field: token}
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in
        return Answer(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
