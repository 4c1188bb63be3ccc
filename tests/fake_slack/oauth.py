"""Slack's side of OAuth v2: codes that are good once, tokens for each workspace, refresh tokens that are spent."""

import base64
import itertools
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fake_slack.workspace import SlackError, Workspace

CLIENT_ID: Final = "111.222"
CLIENT_SECRET: Final = "fake-client-secret-0123456789abcdef"
EXPIRES_IN: Final = 43_200


@dataclass
class FakeOAuth:
    """`authorize(team)` is what a person does who presses "Allow"; the code then goes to the bot.

    With `rotates`, tokens come with a refresh token. `clock` runs ahead of the real one by so many seconds.
    """

    rotates: bool = False
    spaces: dict[str, Workspace] = field(default_factory=dict)
    redirect_url: str = ""  # that the app is registered with; "" = any
    codes: dict[str, str] = field(default_factory=dict)
    refreshable: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)  # team, and when it ends; 0 = never
    revoked: set[str] = field(default_factory=set)
    refreshed: int = 0
    org_wide: bool = False
    spoilt: dict[str, Any] = field(default_factory=dict)  # what stands in an answer instead of the right thing
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def workspace(self, team: str) -> Workspace:
        """A workspace beside the first one; its bot and its people have ids of their own."""
        return self.spaces.setdefault(team, Workspace(team=team, bot=f"B{team[1:]}", bot_user=f"U{team[1:]}BOT"))

    def authorize(self, team: str) -> str:
        self.workspace(team)
        code = f"code-{next(self._numbers)}-{team}"
        self.codes[code] = team
        return code

    def uninstall(self, team: str) -> None:
        """Every token of that workspace is worth nothing from now on."""
        for token in [token for token, (owner, _) in self.tokens.items() if owner == team]:
            self.revoked.add(token)
            del self.tokens[token]
        self.refreshable = {token: owner for token, owner in self.refreshable.items() if owner != team}

    def space_of(self, token: str, now: float) -> Workspace:
        """Whose token it is."""
        if token in self.revoked:
            raise SlackError("token_revoked")
        owner, ends = self.tokens.get(token, ("", 0.0))
        if not owner:
            raise SlackError("invalid_auth" if token else "not_authed")
        if ends and now > ends:
            raise SlackError("token_expired")
        return self.spaces[owner]

    def end_soon(self, team: str, ends: float) -> None:
        """The tokens of that workspace end then."""
        self.tokens = {
            token: (owner, ends if owner == team else until) for token, (owner, until) in self.tokens.items()
        }

    def access(self, args: dict[str, Any], authorization: str, now: float) -> dict[str, Any]:
        """oauth.v2.access."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            raise SlackError("invalid_client_id")
        if args.get("grant_type") == "refresh_token":
            team = self.refreshable.pop(str(args.get("refresh_token")), "")
            if not team:
                raise SlackError("invalid_refresh_token")
            self.refreshed += 1
        else:
            if self.redirect_url and args.get("redirect_uri") != self.redirect_url:
                raise SlackError("bad_redirect_uri")
            team = self.codes.pop(str(args.get("code")), "")
            if not team:
                raise SlackError("invalid_code")
        return self._given(team, now)

    def _given(self, team: str, now: float) -> dict[str, Any]:
        number, space = next(self._numbers), self.spaces[team]
        token = f"xoxe.xoxb-1-{team}-{number}" if self.rotates else f"xoxb-{team}-{number}"
        self.tokens[token] = (team, now + EXPIRES_IN if self.rotates else 0.0)
        more: dict[str, Any] = {}
        if self.rotates:
            refresh = f"xoxe-1-{team}-{number}"
            self.refreshable[refresh] = team
            more = {"refresh_token": refresh, "expires_in": EXPIRES_IN}
        return {
            "app_id": space.app,
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": space.bot_user,
            "scope": ",".join(sorted(space.scopes)),
            "team": {"id": team, "name": team.lower()},
            "enterprise": {"id": "E0ORG", "name": "org"} if self.org_wide else None,
            "is_enterprise_install": self.org_wide,
            "authed_user": {"id": "U0ALICE"},
            **more,
            **self.spoilt,
        }
