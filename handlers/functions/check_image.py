"""The workflow step "Check an image": its answer is the outputs of the step.

The step ends when a worker has checked the image, or when it is certain that it cannot be checked.
"""

import asyncio
import time
from typing import Annotated, Any, Final

import structlog
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from slack_bolt.async_app import AsyncApp

from bot.errors import InvalidReferenceError
from bot.intake.job import CheckJob, JobQueue
from bot.intake.talk import FailedStep
from bot.oci.asked import parse_asked
from handlers.events.mention import TIME_MAX
from handlers.events.stored_first import on_event
from handlers.slack_steps import CHECK_IMAGE

log = structlog.get_logger(__name__)

EVENT: Final = "function_executed"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Function(_Part):
    callback_id: Annotated[str, Field(max_length=300)]


class _Inputs(_Part):
    image: Annotated[str, Field(max_length=5000)] = ""


class _Executed(_Part):
    function: _Function
    function_execution_id: Annotated[str, Field(min_length=1, max_length=100)]
    inputs: _Inputs = _Inputs()


class StepEvent(_Part):
    """The envelope of the event. The token for this execution that Slack sends along is neither read nor kept."""

    event_id: Annotated[str, Field(max_length=100)] = ""
    event: _Executed


class CheckImageStep(Struct, frozen=True):
    """Queues the check before the event is acknowledged."""

    queue: JobQueue

    async def executed(self, body: dict[str, Any]) -> None:
        """Raises StoreError and TimeoutError if it could not be stored: Slack delivers the event again."""
        try:
            event = StepEvent.model_validate(body).event
        except ValidationError as error:
            log.warning("unreadable step", fields=[entry["loc"] for entry in error.errors()][:5])
            return
        if event.function.callback_id != CHECK_IMAGE:
            log.warning("unknown step", callback_id=event.function.callback_id[:60])
            return
        async with asyncio.timeout(TIME_MAX):
            await self._queue(event)

    async def _queue(self, event: _Executed) -> None:
        execution = event.function_execution_id
        try:
            image = str(parse_asked(event.inputs.image))
        except InvalidReferenceError as error:
            await self.queue.talk(FailedStep(execution=execution, why=str(error)[:900]), key=f"step:{execution}")
            return
        job = CheckJob(image=image, origin="command", execution=execution, asked_at=time.time())
        await self.queue.enqueue(job, key=f"{image}|step|{execution}")


def register(app: AsyncApp, step: CheckImageStep) -> None:
    """Add the step to the application."""
    on_event(app, "function_executed", step.executed)
