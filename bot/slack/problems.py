"""Problems of the Slack setup: which refusals are one, what to say, and what to do. No I/O."""

from typing import Final

from bot.slack.transport import Refused, RetryLater
from bot.store.slack_problems import ProblemCode, SlackProblem

UNDELIVERED: Final = "undelivered"
"""The code of a PostingError: Slack takes the post only after a person has done something."""

SOCKET_PROBLEMS: Final = frozenset(
    {ProblemCode.APP_TOKEN_REFUSED, ProblemCode.SOCKET_MODE_OFF, ProblemCode.SOCKET_BROKEN}
)
"""Those of Socket Mode; the process that has the socket notes them."""

UNREADABLE_TOKEN: Final = "token_unreadable"  # noqa: S105 - not a token
"""Our own code beside Slack's: the token in the store cannot be read."""

_CODES: Final = {
    UNREADABLE_TOKEN: ProblemCode.TOKEN_UNREADABLE,
    "not_authed": ProblemCode.TOKEN_REFUSED,
    "invalid_auth": ProblemCode.TOKEN_REFUSED,
    "token_revoked": ProblemCode.TOKEN_REFUSED,
    "token_expired": ProblemCode.TOKEN_REFUSED,
    "account_inactive": ProblemCode.TOKEN_REFUSED,
    "access_denied": ProblemCode.TOKEN_REFUSED,
    "not_allowed_token_type": ProblemCode.TOKEN_REFUSED,
    "accesslimited": ProblemCode.WORKSPACE_RESTRICTED,
    "ekm_access_denied": ProblemCode.WORKSPACE_RESTRICTED,
    "enterprise_is_restricted": ProblemCode.WORKSPACE_RESTRICTED,
    "no_permission": ProblemCode.WORKSPACE_RESTRICTED,
    "org_login_required": ProblemCode.WORKSPACE_RESTRICTED,
    "team_access_not_granted": ProblemCode.WORKSPACE_RESTRICTED,
    "missing_scope": ProblemCode.SCOPE_MISSING,
    "not_in_channel": ProblemCode.NOT_IN_CHANNEL,
    "channel_not_found": ProblemCode.CHANNEL_NOT_FOUND,
    "is_archived": ProblemCode.CHANNEL_ARCHIVED,
}
RENEWAL_PROBLEMS: Final = frozenset({ProblemCode.TOKEN_NOT_RENEWED, ProblemCode.TOKEN_LOST})
"""What only a renewal or an installation finds out, and takes back."""

_RESTRICTED: Final = "restricted_action"
_APP_TOKEN: Final = frozenset(
    {"not_authed", "invalid_auth", "token_revoked", "not_allowed_token_type", "missing_scope"}
)

_SAYS: Final = {
    ProblemCode.TOKEN_REFUSED: "Slack refuses SLACK_BOT_TOKEN",
    ProblemCode.APP_TOKEN_REFUSED: "Slack refuses SLACK_APP_TOKEN",
    ProblemCode.SOCKET_MODE_OFF: "Socket Mode is off in the app's settings",
    ProblemCode.SOCKET_BROKEN: "not connected to Slack (Socket Mode)",
    ProblemCode.TOKEN_UNREADABLE: "the workspace's token in the store cannot be read",
    ProblemCode.TOKEN_NOT_RENEWED: "Slack does not renew the workspace's token, which ends soon",
    ProblemCode.TOKEN_LOST: "the workspace's new token was lost on its way into the store, and the old one ends soon",
    ProblemCode.UNREACHABLE: "Slack does not answer",
    ProblemCode.SCOPE_MISSING: "the bot token does not have the scope {needed}",
    ProblemCode.NO_CHANNEL: "no channel is set",
    ProblemCode.CHANNEL_NOT_FOUND: "the channel {where} does not exist, or is private and the bot is not in it",
    ProblemCode.NOT_IN_CHANNEL: "the bot is not in the channel {where}",
    ProblemCode.CHANNEL_ARCHIVED: "the channel {where} is archived",
    ProblemCode.CHANNEL_RESTRICTED: "the channel {where} does not allow apps to post",
    ProblemCode.WORKSPACE_RESTRICTED: "the workspace does not let the bot post",
}
_DO: Final = {
    ProblemCode.TOKEN_REFUSED: "install the app again and set the new token",
    ProblemCode.APP_TOKEN_REFUSED: "make an app-level token with the scope connections:write",
    ProblemCode.SOCKET_MODE_OFF: "turn it on, or set SLACK_SIGNING_SECRET and remove SLACK_APP_TOKEN",
    ProblemCode.SOCKET_BROKEN: "the bot keeps trying; check the network and the proxy",
    ProblemCode.TOKEN_UNREADABLE: "set its key in PROVENANCE_SLACK_TOKEN_KEYS, or install the app there again",
    ProblemCode.TOKEN_NOT_RENEWED: "install the app there again",
    ProblemCode.TOKEN_LOST: "install the app there again; what is remembered stays",
    ProblemCode.UNREACHABLE: "the bot keeps trying; check the network, PROVENANCE_PROXY and PROVENANCE_SLACK_API_URL",
    ProblemCode.SCOPE_MISSING: "add it in the app's settings and install the app again",
    ProblemCode.NO_CHANNEL: "set SLACK_CHANNEL, or `channel` in the policy",
    ProblemCode.CHANNEL_NOT_FOUND: "invite the bot there (/invite @provenance), or correct the name",
    ProblemCode.NOT_IN_CHANNEL: "invite it: /invite @provenance",
    ProblemCode.CHANNEL_ARCHIVED: "unarchive it, or name another channel",
    ProblemCode.CHANNEL_RESTRICTED: "ask an owner of the channel to allow it, or name another channel",
    ProblemCode.WORKSPACE_RESTRICTED: "ask an admin of the workspace; the log has Slack's own word for it",
}


def problem_of(refused: Refused, where: str = "") -> SlackProblem | None:
    """The problem behind a refusal of the bot token; None if nobody can do anything about it."""
    code = ProblemCode.CHANNEL_RESTRICTED if refused.code.startswith(_RESTRICTED) else _CODES.get(refused.code)
    if code is None:
        return None
    about_channel = code not in {
        ProblemCode.TOKEN_REFUSED,
        ProblemCode.TOKEN_UNREADABLE,
        ProblemCode.SCOPE_MISSING,
        ProblemCode.WORKSPACE_RESTRICTED,
    }
    needed = refused.needed or "?" if code is ProblemCode.SCOPE_MISSING else ""
    return SlackProblem(code=code, where=where[:100] if about_channel else "", needed=needed[:100])


def socket_problem(state: Refused | RetryLater) -> SlackProblem:
    """The problem behind a socket that cannot be opened."""
    match state:
        case Refused(code) if code in _APP_TOKEN:
            return SlackProblem(code=ProblemCode.APP_TOKEN_REFUSED)
        case Refused():
            return SlackProblem(code=ProblemCode.SOCKET_MODE_OFF)
        case RetryLater():
            return SlackProblem(code=ProblemCode.SOCKET_BROKEN)


def says(problem: SlackProblem) -> str:
    """What is wrong."""
    return _SAYS[problem.code].format(where=problem.where, needed=problem.needed)


def advice(problem: SlackProblem) -> str:
    """What to do about it."""
    return _DO[problem.code]
