"""Several workspaces on one bot: each installs the app (OAuth), and has a token of its own.

options.py says what must be set; tokens.py gives the token of a workspace, and renews it; client.py is a client that
asks for it at each call; exchange.py talks to Slack about tokens; adapters.py is what Bolt stores through.
"""

from bot.slack.workspaces.options import OAuthOptions, oauth_options

__all__ = ["OAuthOptions", "oauth_options"]
