"""The forms (modals) for a waiver and a snooze. What they are about travels in `private_metadata`.

https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from bot.attention import SnoozeFor, WaiverFlaw, WaiverScope
from bot.attention.waiver import DAYS_MAX, REASON_MAX, REASON_MIN
from bot.render.slack.buttons import option
from bot.render.slack.escape import prose
from bot.render.slack.inputs import input_block, modal
from bot.render.slack.message import Block, section

WAIVE_FORM: Final = "waive"
SNOOZE_FORM: Final = "snooze"
CHOICE_FORM: Final = "waive_choice"

RULE: Final = "rule"
SCOPE: Final = "scope"
UNTIL: Final = "until"
REASON: Final = "reason"
FOR: Final = "for"
RELEASE: Final = "release"
DAYS: Final = 30
"""Days to the last day that the form proposes."""

RULES_MAX: Final = 100
RELEASES_MAX: Final = 100
"""Options of one menu, as Slack allows."""

NAMES_MAX: Final = 10


class WaivableRule(Struct, frozen=True):
    """A rule that fails, in words, and the images that it fails for."""

    rule: str
    title: str
    images: tuple[str, ...]


def waive_form(title: str, rules: Sequence[WaivableRule], today: date, metadata: str, chosen: str = "") -> Block:
    """Rule, scope, last day, reason. `chosen` is the rule that is selected at first."""
    options = [option(f"{rule.title} ({rule.rule})", rule.rule) for rule in rules[:RULES_MAX]]
    first = next((one for one in options if one["value"] == chosen), options[0])
    scopes = [option(scope.words.capitalize(), scope) for scope in (WaiverScope.TAG, *WaiverScope)]
    scopes = list({str(one["value"]): one for one in scopes}.values())
    return modal(
        WAIVE_FORM,
        "Waive a rule",
        "Waive",
        [
            section("about", _about(title, rules)),
            input_block(RULE, "Rule", {"type": "static_select", "options": options, "initial_option": first}),
            input_block(SCOPE, "For", {"type": "radio_buttons", "options": scopes, "initial_option": scopes[0]}),
            input_block(
                UNTIL,
                "Last day",
                {"type": "datepicker", "initial_date": (today + timedelta(days=DAYS)).isoformat()},
                hint=f"At most {DAYS_MAX} days from now. The rule counts again after this day.",
            ),
            input_block(
                REASON,
                "Reason",
                {"type": "plain_text_input", "multiline": True, "min_length": REASON_MIN, "max_length": REASON_MAX},
                hint="Everybody who sees the report can read it.",
            ),
        ],
        metadata=metadata,
    )


def release_choice(titles: Mapping[str, str], metadata: str) -> Block:
    """Of which release a rule is to be waived; the titles by a short name of each."""
    options = [option(title, name) for name, title in list(titles.items())[:RELEASES_MAX]]
    more = len(titles) - RELEASES_MAX
    hint = f"The {RELEASES_MAX} newest; name one of the {more} others in the command." if more > 0 else ""
    return modal(
        CHOICE_FORM,
        "Waive a rule",
        "Next",
        [input_block(RELEASE, "What fails in this channel", {"type": "static_select", "options": options}, hint=hint)],
        metadata=metadata,
    )


def snooze_form(title: str, metadata: str) -> Block:
    """How long."""
    options = [option(for_.words.capitalize(), for_) for for_ in SnoozeFor]
    element = {"type": "radio_buttons", "options": options, "initial_option": options[1]}
    said = f"{prose(title, 200)}: the thread is kept up to date, and nobody is notified."
    blocks = [section("about", f"{said} It ends early when another rule fails."), input_block(FOR, "For", element)]
    return modal(SNOOZE_FORM, "Snooze", "Snooze", blocks, metadata=metadata)


def flaw_errors(flaws: Sequence[WaiverFlaw]) -> dict[str, str]:
    """What is wrong, by the block that it is about."""
    errors: dict[str, str] = {}
    for flaw in flaws:
        block, sentence = _FLAWS[flaw]
        errors.setdefault(block, sentence)
    return errors


_FLAWS: Final[Mapping[WaiverFlaw, tuple[str, str]]] = {
    WaiverFlaw.RULE_UNKNOWN: (RULE, "This rule does not exist."),
    WaiverFlaw.RULE_NOT_WAIVABLE: (RULE, "This rule cannot be waived: without it, the other answers mean nothing."),
    WaiverFlaw.REASON_TOO_SHORT: (REASON, f"Write at least {REASON_MIN} characters."),
    WaiverFlaw.REASON_TOO_LONG: (REASON, f"Write at most {REASON_MAX} characters."),
    WaiverFlaw.DAY_PAST: (UNTIL, "This day is past."),
    WaiverFlaw.DAY_TOO_FAR: (UNTIL, f"At most {DAYS_MAX} days from today (UTC)."),
    WaiverFlaw.NO_IMAGE: (SCOPE, "No image is left that this could be about."),
    WaiverFlaw.TOO_MANY_IMAGES: (SCOPE, "Too many images fail by this rule; use a waiver in the policy file."),
}


def _about(title: str, rules: Sequence[WaivableRule]) -> str:
    """Which images are meant: those of the release for which the chosen rule fails."""
    images = list(dict.fromkeys(image for rule in rules for image in rule.images))
    more = f" and {len(images) - NAMES_MAX} more" if len(images) > NAMES_MAX else ""
    names = ", ".join(prose(image, 150) for image in images[:NAMES_MAX])
    return f"*{prose(title, 200)}*\nThe rule may fail for the images of this release that fail it now: {names}{more}"
