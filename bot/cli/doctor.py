"""`provenance doctor`: whether this installation works; each line is ok, or says what to do."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from bot.cli.exit_codes import FAILED, OK

if TYPE_CHECKING:
    from bot.doctor import DoctorLine
    from bot.settings import Settings

HELP: Final = "check whether this installation works, and say what to do if not"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: it looks at everything."""
    parser.epilog = (
        "It reads the same variables as `provenance serve`, changes nothing and posts nothing."
        " Lines are ok, warning, error or unknown. Exit code: 0, or 1 if there is an error."
    )


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - there are none
    """Print the lines. Raises SettingsError."""
    import asyncio  # noqa: PLC0415 - not for --help

    from bot import logs  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    settings = load()
    logs.configure_command()
    return asyncio.run(_print(settings))


async def _print(settings: "Settings") -> int:
    from bot.doctor import LineOutcome, examine, open_patient  # noqa: PLC0415

    is_broken = False
    async with open_patient(settings, refused=_refused(settings)) as patient:
        async for subject, line in examine(patient):
            sys.stdout.write(_line(subject, line))
            sys.stdout.flush()
            is_broken = is_broken or line.outcome is LineOutcome.ERROR
    return FAILED if is_broken else OK


def _refused(settings: "Settings") -> str:
    """Why `provenance serve` does not start with these webhook sources; "" if it does."""
    from importlib import import_module  # noqa: PLC0415 - by name, because bot/ must not import handlers/

    from bot.errors import SettingsError  # noqa: PLC0415

    receivers = import_module("handlers.webhooks.senders").RECEIVERS
    try:
        import_module("handlers.webhooks.sources").checked(settings.webhooks, receivers)
    except SettingsError as error:
        return str(error)
    return ""


def _line(subject: str, line: "DoctorLine") -> str:
    from bot.render.plain import plain  # noqa: PLC0415

    advice = f"\n{'':<20}→ {plain(line.advice)}" if line.advice else ""
    return f"{line.outcome.value:<8}{subject:<12}{plain(line.says)}{advice}\n"
