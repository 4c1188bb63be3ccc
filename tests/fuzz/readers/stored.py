"""What the store and the queue hold, and what people import: nobody says that only we wrote it."""

import io
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.attention import Kind
from bot.board.query import BoardQuery
from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.intake.question import QuestionJob
from bot.intake.talk import talk_jobs
from bot.jobs.parts import FailureNote
from bot.jobs.plain_pickle import loads
from bot.oci.reference import Reference
from bot.releases.names import ReleaseName
from bot.render.display import Display
from bot.render.formats import FORMATS, render
from bot.report import Verdict
from bot.store import dead_letters, digest_marks, polls, reports, silence, slack_problems, undelivered, watches
from bot.store.attention import ends
from bot.store.attention.records import KINDS
from bot.store.attention.records import read as read_note
from bot.store.board import records as board_records
from bot.store.packing import packed, unpacked
from bot.store.releases.records import HEAD, MEMBER, release_of
from bot.store.second_looks import SecondLook
from bot.store.threads import records as threads
from bot.store.threads.moving import MovedThread
from tests.fuzz.reader import Reader, clean_text_of
from tests.reports import report

NAME = ReleaseName.parse("acme/app 1")


def _model(model: type[BaseModel]) -> Callable[[bytes], None]:
    """Read as its only readers do, who catch ValidationError."""

    def read(data: bytes) -> None:
        with suppress(ValidationError):
            model.model_validate_json(data)

    return read


def _talk(data: bytes) -> None:
    with suppress(ValidationError):
        talk_jobs.validate_json(data)


def _job(data: bytes) -> None:
    with suppress(ValidationError):
        job = CheckJob.model_validate_json(data)
        assert isinstance(job.is_push or job.is_asked or job.is_answered, bool)
        Reference.parse(job.image)


def _records(data: bytes) -> None:
    """Every small record, of the same text."""
    text = clean_text_of(data)
    for read in (dead_letters._read, digest_marks._read, polls._read, silence._read, slack_problems._read):
        read(text)
    for read_more in (
        undelivered._read,
        watches._read,
        reports._read_past,
        board_records.row_from,
        board_records.line_of,
    ):
        read_more(text)
    for kind in Kind:
        read_note(KINDS[kind], text)
    ends._read(text, 1.0)
    with suppress(ValidationError):
        SecondLook.model_validate_json(text)


def _packed(data: bytes) -> None:
    unpacked(clean_text_of(data), most=100_000)


def _report(data: bytes) -> None:
    """A report from the store is rendered in every format."""
    read = reports._read(clean_text_of(data))
    if read is not None:
        for name in FORMATS:
            render(name, [read], Display())


_THREADS = (
    b'{"state":"posted","part":"","intent":"i","event":"e","text":"x","blocks":"[]","facts":"{}","ts":"1.1"}',
    b'{"state":"new","part":"","event":"","intent":"","content.00":"{\\"text\\":\\"x\\",\\"blocks\\":[],","content.01":"\\"facts\\":{}}"}',
)


def _thread(data: bytes) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):  # a hash holds text only
        with suppress(StoreError):
            message = threads.read(value)
            assert isinstance(message.is_pending, bool)
    with suppress(ValidationError):
        MovedThread.model_validate(value)


def _release(data: bytes) -> None:
    """The text is the head, a member, or a member's image."""
    text = clean_text_of(data)
    for fields in ({HEAD: text}, {HEAD: "{}", f"{MEMBER}quay.io/a/b:1": text}, {HEAD: "{}", f"{MEMBER}{text}": "{}"}):
        with suppress(StoreError):
            release_of(NAME, fields)


def _pickle(data: bytes) -> None:
    loads(data)


def _query(data: bytes) -> None:
    text = clean_text_of(data)
    for name in ("q", "mode", "verdict", "project", "registry", "rule", "sort", "page"):
        assert BoardQuery.parse({name: text}).address is not None


def _pickles() -> tuple[bytes, ...]:
    made: tuple[Any, ...] = ("text", ['{"image":"a"}', 1, 2.5, None, True, {"a": ("b",)}], {"args": [1], "kwargs": {}})
    stream = io.BytesIO()
    pickle.Pickler(stream, 4).dump(made)
    return (*(pickle.dumps(one, 5) for one in made), stream.getvalue())


def _reports() -> tuple[bytes, ...]:
    return tuple(report(verdict=verdict).model_dump_json().encode() for verdict in Verdict)


JOB = CheckJob(image="quay.io/acme/app:1", origin="webhook", user="U1").model_dump_json().encode()
RECORDS = (
    b'{"job":"{}","why":"x","at":1.0,"glob":"quay.io/a/*","channel":"C1","team":"T1"}',
    b'["snooze","T1","C1","acme/app 1"]',
    b'["waiver","id"]',
    b'{"team":"T1","channel":"C1","schedule":"daily 09:00 UTC","until":1.5,"by":"U1","at":1.0,"subject":"a"}',
)

readers = (
    Reader("queued-check", _job, lambda: (JOB,)),
    Reader("queued-question", _model(QuestionJob), lambda: (b'{"kind":"audit","names":["a/b"],"last":3}',)),
    Reader("queued-note", _model(FailureNote), lambda: (b'{"job":%s,"code":"x","why":"y"}' % JOB,)),
    Reader("queued-talk", _talk, lambda: (b'{"kind":"home","team":"T","user":"U","page":1}',)),
    Reader("queued-pickle", _pickle, _pickles),
    Reader("stored-records", _records, lambda: RECORDS),
    Reader("stored-packed", _packed, lambda: (packed("x" * 10_000).encode(),)),
    Reader("stored-report", _report, _reports),
    Reader("stored-thread", _thread, lambda: _THREADS),
    Reader("stored-release", _release, lambda: (b'{"completes_at":1.0}', b"{}", b"quay.io/a/b:1")),
    Reader("board-query", _query, lambda: (b"max", b"worst", b"7")),
)
