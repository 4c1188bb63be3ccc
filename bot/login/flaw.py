"""Why a login is refused."""

from enum import StrEnum

from bot.errors import LoginRefusedError


class LoginFlaw(StrEnum):
    """For logs and tests; people read the sentence."""

    STATE = "state"  # not begun here, too old, or used before
    BROWSER = "browser"  # begun in another browser
    ISSUER = "issuer"  # the answer names another provider
    DENIED = "denied"  # the provider says no
    CODE = "code"  # the provider does not know the code
    TOKEN = "token"  # noqa: S105 - not one, or not signed by a key of the provider
    AUDIENCE = "audience"  # for another client
    EXPIRED = "expired"
    NONCE = "nonce"  # of another login
    SUBJECT = "subject"  # names nobody, or two different people


_SENTENCES = {
    LoginFlaw.STATE: "This login did not begin here, took too long, or was used before.",
    LoginFlaw.BROWSER: "This login began in another browser.",
    LoginFlaw.ISSUER: "The answer is of another login provider.",
    LoginFlaw.DENIED: "The login provider did not allow it.",
    LoginFlaw.CODE: "The login provider does not know this login, or it was used before.",
    LoginFlaw.TOKEN: "The login provider's token could not be verified.",
    LoginFlaw.AUDIENCE: "The login provider's token is for another program.",
    LoginFlaw.EXPIRED: "The login provider's token is not valid at this time; are the clocks right?",
    LoginFlaw.NONCE: "The login provider's token is of another login.",
    LoginFlaw.SUBJECT: "The login provider's answers do not agree on who you are.",
}


def refused(flaw: LoginFlaw) -> LoginRefusedError:
    """The error; it quotes nothing that a stranger wrote."""
    return LoginRefusedError(flaw, _SENTENCES[flaw])
