"""What Slack sends of App Home: that it was opened, a button or input of it, and the form that adds a watch."""

from typing import Annotated, Any, TypeAlias

from pydantic import Field

from handlers.events.envelope import EventPart

Id: TypeAlias = Annotated[str, Field(max_length=100)]
"""A user, a team; as long as a job's may be (bot/intake/talk.py)."""

Short: TypeAlias = Annotated[str, Field(max_length=300)]


class NamedId(EventPart):
    """A user or a team."""

    id: Id


class HomeState(EventPart):
    """The state of the inputs of a view."""

    values: dict[str, Any] = Field(default_factory=dict, max_length=100)


class HomeView(EventPart):
    """The view that the person sees. `hash` names its version; `private_metadata` is the page."""

    hash: Short = ""
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    state: HomeState = HomeState()

    @property
    def page(self) -> int:
        """The page that is shown."""
        return page_of(self.private_metadata)


class HomeOpened(EventPart):
    """`app_home_opened`."""

    user: Id
    tab: Short = ""
    view: HomeView = HomeView()


class HomeOpenedEvent(EventPart):
    """The envelope of that event."""

    event_id: Short = ""
    team_id: Id = ""
    event: HomeOpened


class HomeAction(EventPart):
    """A button, or an input in which somebody pressed Enter."""

    action_id: Short
    value: Annotated[str, Field(max_length=5000)] | None = None


class HomePressed(EventPart):
    """A button or an input of App Home."""

    user: NamedId
    team: NamedId | None = None
    trigger_id: Short = ""
    view: HomeView
    actions: Annotated[tuple[HomeAction, ...], Field(min_length=1, max_length=10)]

    @property
    def value(self) -> str:
        """Of the first action."""
        return self.actions[0].value or ""


class WatchSent(EventPart):
    """The form that adds a watch."""

    user: NamedId
    team: NamedId | None = None
    view: HomeView


def page_of(text: str) -> int:
    """A page that stands in a button or a view; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0  # noqa: PLR2004 - 999 pages
