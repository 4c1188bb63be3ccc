"""What others than Slack send to the bot's door."""

import time
from urllib.parse import urlencode

from tests.fake_slack.delivery import FORM, Request, Sender


def garbage(sender: Sender) -> dict[str, Request]:
    """Every request that once ended in a 500 somewhere; those that are called so are signed well."""
    now = str(int(time.time()))
    form = urlencode(sender.command_form("help", "C0RELEASES", "U0ALICE")).encode()
    good = sender.signed(form)
    unsigned = {
        "no headers": Request(form, {"Content-Type": FORM}),
        "old": sender.signed(form, at=str(int(time.time()) - 301)),
        "future": sender.signed(form, at=str(int(time.time()) + 305)),
        "other secret": sender.signed(form, secret="0" * 32),
        "other body": Request(form + b"&x=1", good.headers),
        "unsigned json": Request(b"{bad", {"Content-Type": "application/json"}),
        "negative": sender.signed(form, at="-1"),
    }
    for name, stamp in {"letters": "abc", "fraction": "1.5", "digits": "1" * 5000, "arabic": "١٢٣"}.items():
        unsigned[f"timestamp {name}"] = Request(form, good.headers | {"X-Slack-Request-Timestamp": stamp})
    for name, value in {"empty": "", "latin": "v0=é", "short": "v0=00", "upper": "V0=" + "a" * 64}.items():
        unsigned[f"signature {name}"] = Request(form, good.headers | {"X-Slack-Signature": value})
    return unsigned | {
        "signed broken json": sender.signed(b"{bad", content_type="application/json"),
        "signed payload": sender.signed(b"payload=notjson"),
        "signed bytes": sender.signed(b"text=\xff\xfe", at=now),
        "signed list": sender.signed(b"[1]", content_type="application/json"),
        "signed null": sender.signed(b"null", content_type="application/json"),
        "signed deep": sender.signed(b"[" * 100_000, content_type="application/json"),
        "signed payload list": sender.signed(b"payload=%5B1%5D"),
        "signed empty": sender.signed(b""),
        "signed fields": sender.signed(b"&".join([b"text=a"] * 101)),
    }
