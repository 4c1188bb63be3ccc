"""What was typed and chosen in a form, as Slack sends it along."""

from typing import Any


def state_of(view: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """By block: a text, a date, or the value of an option; without it, what the input showed at first."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {
        "values": {
            block["block_id"]: {block["element"]["action_id"]: _input(block["element"], typed.get(block["block_id"]))}
            for block in inputs
        }
    }


def _input(element: dict[str, Any], typed: Any) -> dict[str, Any]:  # noqa: ANN401 - a text, or nothing
    """The state of one input; without anything typed, what it showed at first."""
    match element["type"]:
        case "datepicker":
            return {"type": "datepicker", "selected_date": typed or element.get("initial_date")}
        case "plain_text_input":
            return {"type": "plain_text_input", "value": typed}
        case "conversations_select":
            return {"type": "conversations_select", "selected_conversation": typed}
        case "checkboxes":
            return {"type": "checkboxes", "selected_options": [{"value": one} for one in typed or ()]}
        case kind:
            chosen = {"value": typed} if typed else element.get("initial_option")
            return {"type": kind, "selected_option": chosen}
