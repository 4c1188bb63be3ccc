"""The form that `/provenance waive` opens: of which release of the channel a rule is to be waived.

The form that comes next waives it.
"""

import hashlib
from typing import Final

from msgspec import Struct

from bot.jobs.attending import Attending
from bot.render.slack.forms import CHOICE_FORM, RELEASE, release_choice
from bot.report import Verdict
from bot.store import Store
from bot.store.threads import Address, Message, MessageState
from bot.store.threads.listing import addresses, parents
from handlers.actions.about import about_form
from handlers.actions.forms import Errors, NextForm, Sent
from handlers.actions.pressed import FormTarget, SentForm
from handlers.actions.replies import OpenForm
from handlers.actions.waive import NOTHING, form_for

FORM: Final = CHOICE_FORM

NOTHING_FAILS: Final = "Nothing fails in this channel. For another image, type `/provenance waive` and its name."


class WaiveChoice(Struct, frozen=True):
    """The form that was sent names a release; it must be one that fails in that channel."""

    attending: Attending

    async def send(self, form: SentForm) -> Sent:
        """Raises StoreError, and UsageError for a form that is not ours."""
        channel = form.target.channel
        failing = await failing_in(self.attending.store, form.place, channel)
        targets = {name_of(subject): target for subject, target in failing.items()}
        target = targets.get(form.chosen(RELEASE))
        release = await about_form(form.place, target, self.attending) if target else None
        if target is None or release is None:
            return Errors({RELEASE: NOTHING})
        match await form_for(release, target, form.user.id, self.attending):
            case OpenForm(view):
                return NextForm(view)
            case said:
                return Errors({RELEASE: said.replace("`", "")})


async def choice_for(team: str, channel: str, store: Store) -> OpenForm | str:
    """The form, or why there is none. Raises StoreError."""
    failing = await failing_in(store, team, channel)
    if not failing:
        return NOTHING_FAILS
    titles = {name_of(one): one.removesuffix(" (rolling)") for one in failing}
    return OpenForm(release_choice(titles, FormTarget(channel=channel, ts="").text()))


async def failing_in(store: Store, team: str, channel: str) -> dict[str, FormTarget]:
    """The releases whose threads there fail, by subject, the one that changed last first. Raises StoreError."""
    found = [one for one in await addresses(store) if (one.team, one.channel) == (team, channel)]
    return {
        address.subject: _target(address, parent)
        for address, parent in await parents(store, found)
        if parent.verdict == Verdict.FAIL and parent.state is not MessageState.GONE
    }


def _target(address: Address, parent: Message) -> FormTarget:
    images = str(parent.facts.get("images", ""))[:1000]
    return FormTarget(channel=address.channel, ts=parent.ts, subject=address.subject[:700], images=images)


def name_of(subject: str) -> str:
    """A short name: a subject may be longer than an option's value."""
    return hashlib.sha256(subject.encode(errors="replace")).hexdigest()[:32]
