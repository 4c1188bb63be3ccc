"""Who said something comes from Slack, from a login's provider or from a record: only a user's id becomes a mention."""

import pytest

from bot.attention import Attention, Mute, NotePlace
from bot.render.slack.attention import person, said
from handlers.commands.slash_command import person as typed_by

PLACE = NotePlace("T0MICROCKS", "C0RELEASES", "quay.io/acme/app:1")


def test_a_user_is_shown_by_name() -> None:
    assert person("U0ALICE") == typed_by("U0ALICE") == "<@U0ALICE>"


@pytest.mark.parametrize(
    "who",
    [
        "U0ALICE> <!channel> (login)",
        "U0ALICE|<!here> (login)",
        "U0ALICE (login)",
        "W0ALICE\n<!everyone>",
        "<!subteam^S0TEAM123>",
        "<https://evil.example|alice>",
        "u0alice",
        "S0TEAM123",
        "",
    ],
)
def test_nothing_else_calls_anybody(who: str) -> None:
    (line,) = said(Attention(mute=Mute(PLACE, who, 1.0)))
    assert "<" not in person(who)
    assert line.count("<") == 1, "the time's own"
    assert typed_by(who) == "Somebody"
