"""What the doctor's tests examine: a Slack with one channel, and a source of webhooks."""

from collections.abc import Awaitable, Callable

from bot.doctor import DoctorLine
from bot.settings_values import WebhookSource

CHANNEL = "C0RELEASES"
SOURCE = WebhookSource.model_validate({"id": "quay", "kind": "quay", "secret": "s" * 32, "hosts": ["127.0.0.1:1"]})

Examined = Callable[..., Awaitable[dict[str, list[DoctorLine]]]]
