"""A pretended Slack that is stricter than the real one, so that what passes here passes there.

`async with FakeSlack() as slack:` serves the Web API at `slack.api` for the token `slack.space.token`. Channels exist
when a test says so (`slack.channel("C0RELEASES", "releases")`). `slack.fail(method, Fault.…)` makes calls go wrong,
`slack.calls` remembers them, `slack.parents(…)` and `slack.replies(…)` show what people would see. `Sender` delivers
signed commands and buttons to the bot.

To add a method: a function of workspace and arguments, and its name in `METHODS`.
"""

from tests.fake_slack.delivery import Answered, Request, Sender
from tests.fake_slack.faults import Fault
from tests.fake_slack.server import Call, FakeSlack
from tests.fake_slack.workspace import Channel, Workspace

__all__ = ["Answered", "Call", "Channel", "FakeSlack", "Fault", "Request", "Sender", "Workspace"]
