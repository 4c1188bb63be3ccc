"""The fuzzer itself: what counts as a finding, and that changed inputs reach what they are changed for."""

import base64
import json
import random
import time

from bot.errors import MalformedError
from tests.fuzz.mutate import mutated
from tests.fuzz.reader import Reader, tried


def _raises(error: Exception) -> Reader:
    def read(_: bytes) -> None:
        raise error

    return Reader("planted", read)


def test_an_error_of_ours_is_not_a_finding() -> None:
    assert tried(_raises(MalformedError("no")), b"x")[1] is None


def test_any_other_exception_is_one() -> None:
    _, finding = tried(_raises(KeyError("no")), b"x")
    assert finding is not None
    assert finding.key.startswith("KeyError")
    assert finding.data == b"x"


def test_a_slow_input_is_one() -> None:
    def read(_: bytes) -> None:
        until = time.process_time() + 0.03
        while time.process_time() < until:
            pass

    taken, finding = tried(Reader("planted", read), b"x", slow=0.02)
    assert taken > 0.02
    assert finding is not None
    assert finding.key == "slow"


def test_a_document_within_base64_within_a_document_is_changed_and_stays_one() -> None:
    inner = base64.b64encode(json.dumps({"a": {"b": "some text"}, "c": [1, 2, 3]}).encode()).decode()
    data = json.dumps({"payload": inner}).encode()
    chance, changed = random.Random(7), 0  # noqa: S311 - the same in every run
    for _ in range(300):
        try:
            payload = json.loads(mutated(data, chance, 10_000))["payload"]
            changed += json.loads(base64.b64decode(payload, validate=True)) != {"a": {"b": "some text"}, "c": [1, 2, 3]}
        except (ValueError, KeyError, TypeError):
            continue
    assert changed > 20


def test_the_same_chance_makes_the_same_input() -> None:
    one, other = (mutated(b'{"a": ["b", 1]}', random.Random(3), 1000) for _ in range(2))  # noqa: S311
    assert one == other
