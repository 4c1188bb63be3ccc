"""What comes from Slack: requests, envelopes, commands, mentions, buttons, forms, events. All listeners are real."""

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from msgspec import Struct

from bot.render.slack.escape import escaped, is_safe, plain
from bot.slack.our_links import our_link
from handlers.actions.listeners import _last_block
from handlers.actions.pressed import read, read_form
from handlers.commands import CommandContext, SlashCommand, answer
from handlers.events.link import LinkListener
from handlers.events.mention import MentionListener
from handlers.functions.check_image import CheckImageStep
from handlers.home.listener import HomeListener
from handlers.shortcuts.check_message import CheckMessage
from handlers.slack_payload import is_event, once_name, read_envelope
from handlers.slack_request import readable
from tests.fake_queue import FakeQueue
from tests.fuzz.reader import Loop, Reader, clean_text_of, text_of

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.ephemeral import Ephemeral

BASE = "https://bot.example"


class _Client:
    """Slack takes everything."""

    async def views_open(self, **_: object) -> None:
        """A form is open."""


class _Ephemeral:
    """Nobody is told."""

    async def say_uncounted(self, *_: object) -> None:
        """It is said."""


async def _acknowledged(*_: object, **__: object) -> None:
    """Slack's answer."""


_ack = cast("AsyncAck", _acknowledged)


def _context() -> CommandContext:
    return CommandContext(FakeQueue(), BASE)


def _body(data: bytes) -> dict[str, Any]:
    """A payload as Bolt hands it over: an object of JSON."""
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _request(data: bytes) -> None:
    readable(data, "application/json")
    once_name(_body(data))


def _form(data: bytes) -> None:
    readable(data, "application/x-www-form-urlencoded")


def _envelope(data: bytes) -> None:
    envelope = read_envelope(clean_text_of(data))
    if envelope is not None and envelope.payload is not None:
        is_event(envelope.payload)
        once_name(envelope.payload)


def _command(data: bytes) -> None:
    for text in (clean_text_of(data), text_of(data)):
        asked = SlashCommand(text, "C1", "U1", "T1", "https://hooks.slack.com/x")
        said = Loop.run(answer(asked, _context()))
        assert len(getattr(said, "text", "")) < 40_000


def _heard(listener: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], None]:
    return lambda data: cast("None", Loop.run(listener(_body(data))))


def _pressed(data: bytes) -> None:
    button = read(_body(data))
    assert len((button.value, button.chosen, button.subject, *button.rules, *button.images)) > 2


def _sent(data: bytes) -> None:
    body = _body(data)
    _last_block(body)
    form = read_form(body)
    form.chosen("reason")
    form.target.text()


def _home(data: bytes) -> None:
    listener = HomeListener(_context(), cast("AsyncWebClient", _Client()))
    body = _body(data)
    for way in (partial(listener.opened, body), *(partial(one, _ack, body) for one in _ways(listener))):
        Loop.run(way())


def _ways(listener: HomeListener) -> tuple[Callable[..., Any], ...]:
    return listener.turned, listener.check, listener.form, listener.watch


def _shortcut(data: bytes) -> None:
    client, ephemeral = cast("AsyncWebClient", _Client()), cast("Ephemeral", _Ephemeral())
    listener = CheckMessage(FakeQueue(), client, ephemeral)
    Loop.run(listener.chosen(_ack, _body(data)))
    Loop.run(listener.sent(_ack, _body(data)))


def _told(data: bytes) -> None:
    """Text of strangers in our messages."""
    for text in (clean_text_of(data), text_of(data)):
        assert is_safe(escaped(text, 3000), ())
        plain(text, 3000)


class _Samples(Struct, frozen=True):
    """What Slack sends, as small as it can be."""

    event: bytes = (
        b'{"type":"event_callback","event_id":"E1","team_id":"T1","event":{"type":"app_mention","text":'
        b'"<@U1> check quay.io/acme/app:1","channel":"C1","ts":"1700000000.1","user":"U2"}}'
    )
    links: bytes = (
        b'{"event_id":"E1","event":{"channel":"C1","message_ts":"1.1","links":'
        b'[{"url":"https://bot.example/report?image=quay.io/a/b:1"}]}}'
    )
    step: bytes = (
        b'{"event":{"function":{"callback_id":"check_image"},"function_execution_id":"F1",'
        b'"inputs":{"image":"quay.io/acme/app:1"}}}'
    )
    button: bytes = (
        b'{"team":{"id":"T1"},"user":{"id":"U1","name":"a"},"container":{"channel_id":"C1","message_ts":"1.1"},'
        b'"message":{"metadata":{"event_payload":{"subject":"acme/app 1","images":"a,b","rules":"x,y"}}},'
        b'"actions":[{"action_id":"more","value":"v","selected_option":{"value":"snooze:1"}}],"trigger_id":"t"}'
    )
    sent: bytes = (
        b'{"team":{"id":"T1"},"user":{"id":"U1"},"view":{"id":"V","private_metadata":'
        b'"{\\"channel\\":\\"C1\\",\\"ts\\":\\"1.1\\",\\"images\\":\\"quay.io/a/b:1\\"}","blocks":[{"type":"input",'
        b'"block_id":"reason"}],"state":{"values":{"reason":{"x":{"value":"why"}},"images":{"images":'
        b'{"selected_options":[{"value":"0"}]}}}}}}'
    )
    home: bytes = (
        b'{"user":{"id":"U1"},"team":{"id":"T1"},"trigger_id":"t","view":{"hash":"h","private_metadata":"1","state":'
        b'{"values":{"repository":{"x":{"value":"quay.io/acme/*"}},"channel":{"x":{"selected_conversation":"C1"}}}}},'
        b'"actions":[{"action_id":"home_check","value":"quay.io/acme/app:1"}],'
        b'"event":{"user":"U1","tab":"home","view":{"hash":"h"}}}'
    )
    message: bytes = (
        b'{"user":{"id":"U1"},"channel":{"id":"C1"},"trigger_id":"t","message":{"text":"docker pull a/b:1 and c/d:2",'
        b'"blocks":[{"type":"rich_text","elements":[{"type":"link","url":"https://quay.io/repository/a/b"}]}]},'
        b'"response_url":"https://hooks.slack.com/x"}'
    )

    def envelope(self) -> bytes:
        """Through a socket."""
        return b'{"type":"events_api","envelope_id":"x","retry_attempt":1,"payload":' + self.event + b"}"

    def form(self) -> tuple[bytes, bytes]:
        """Over HTTP."""
        command = {"command": "/provenance", "text": "check quay.io/a/b:1", "user_id": "U1", "trigger_id": "t"}
        return urlencode(command).encode(), b"payload=" + urlencode({"": self.button.decode()})[1:].encode()


SAMPLES = _Samples()
COMMANDS = (
    b"check quay.io/acme/app:1 --share",
    b"compare quay.io/acme/app:1 quay.io/acme/app:2",
    b"watch quay.io/acme/* --tags v*",
    b"audit quay.io/acme/app --last 3",
    "digest weekly mon 09:00 “Europe/Berlin”".encode(),
    b"snooze acme/app 2d",
    b"waive sbom-missing for quay.io/acme/app until 2027-01-01 because it is old",
    b"explain sbom-missing",
    b"status",
    b"fix <http://quay.io/acme/app:1|quay.io/acme/app:1>",
)

readers = (
    Reader("slack-json", _request, lambda: (SAMPLES.event, SAMPLES.button)),
    Reader("slack-form", _form, SAMPLES.form),
    Reader("slack-envelope", _envelope, lambda: (SAMPLES.envelope(),)),
    Reader("slack-command", _command, lambda: COMMANDS),
    Reader("slack-mention", _heard(lambda body: MentionListener(_context()).heard(body)), lambda: (SAMPLES.event,)),
    Reader("slack-link", _heard(lambda body: LinkListener(FakeQueue(), BASE).shared(body)), lambda: (SAMPLES.links,)),
    Reader("slack-step", _heard(lambda body: CheckImageStep(FakeQueue()).executed(body)), lambda: (SAMPLES.step,)),
    Reader("slack-button", _pressed, lambda: (SAMPLES.button,)),
    Reader("slack-sent-form", _sent, lambda: (SAMPLES.sent,)),
    Reader("slack-home", _home, lambda: (SAMPLES.home,)),
    Reader("slack-shortcut", _shortcut, lambda: (SAMPLES.message, SAMPLES.sent)),
    Reader("slack-text", _told, lambda: (b"<!channel> & <@U1|x> *b* <https://a|b>", *COMMANDS)),
    Reader(
        "our-link",
        lambda data: our_link(BASE + "/" + text_of(data), BASE),
        lambda: (b"report?image=quay.io/a/b:1", b"release?name=acme/app+1", b"rules/sbom-missing"),
    ),
)
