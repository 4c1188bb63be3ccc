"""A release as its channel wants it told: what people chose there comes before the policy. No I/O."""

from bot.render.release.view import Mentions, Passes, ReleaseView
from bot.store.channel_choices import ChannelChoices
from bot.values import replace


def as_chosen(release: ReleaseView, choices: ChannelChoices) -> ReleaseView:
    """The release, as that channel wants it."""
    return replace(
        release,
        passes=Passes(choices.passes) if choices.passes else release.passes,
        mentions=Mentions(choices.mentions) if choices.mentions else release.mentions,
        has_fix_replies=choices.threads != "off",
        broadcasts=choices.broadcast == "on",
    )
