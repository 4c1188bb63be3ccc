"""The blocks and elements that Slack knows, with their limits (slack.md's own table, per type)."""

from collections.abc import Iterator

from tests.fake_slack.limits import Check, complaint, is_bool, kinds, listed, one_of, shape, string, text, web_url

ID = string(255)
PLAIN = "plain_text"

option = shape({"text": text(75), "value": string(150)}, {"description": text(75), "url": web_url})
confirm = shape(
    {"title": text(100, PLAIN), "text": text(300), "confirm": text(30, PLAIN), "deny": text(30, PLAIN)},
    {"style": one_of("primary", "danger")},
)
image = shape({"alt_text": string(2000)}, {"image_url": web_url, "title": text(2000, PLAIN), "block_id": ID})


def _select(extra: dict[str, Check]) -> Check:
    common: dict[str, Check] = {"action_id": ID, "placeholder": text(150, PLAIN), "confirm": confirm}
    return shape({}, common | {"focus_on_load": is_bool} | extra)


ELEMENTS: dict[str, Check] = {
    "button": shape(
        {"text": text(75, PLAIN), "action_id": ID},
        {
            "url": web_url,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": confirm,
            "accessibility_label": string(75),
        },
    ),
    "overflow": shape({"action_id": ID, "options": listed(5, option)}, {"confirm": confirm}),
    "static_select": _select({"options": listed(100, option), "initial_option": option}),
    "radio_buttons": _select({"options": listed(10, option), "initial_option": option}),
    "checkboxes": _select({"options": listed(10, option), "initial_options": listed(10, option)}),
    "datepicker": _select({"initial_date": string(10, 10)}),
    "image": image,
}
INPUTS: dict[str, Check] = {
    **ELEMENTS,
    "conversations_select": _select({"filter": lambda *_: iter(()), "initial_conversation": string(100)}),
    "plain_text_input": _select(
        {
            "initial_value": string(3000, 0),
            "multiline": is_bool,
            "min_length": lambda *_: iter(()),
            "max_length": lambda *_: iter(()),
        },
    ),
}


def unique_actions(value: object, at: str) -> Iterator[str]:
    yield from listed(25, kinds(ELEMENTS, "element"))(value, at)
    ids = [item.get("action_id") for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    if len(ids) != len(set(ids)):
        yield complaint("duplicate action_id", at)


def context_element(value: object, at: str) -> Iterator[str]:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    yield from (image if is_image else text(3000))(value, at)


def _style(value: object, at: str) -> Iterator[str]:
    yield from shape({}, dict.fromkeys(("bold", "italic", "strike", "code"), is_bool))(value, at)


RUNS: dict[str, Check] = {
    "text": shape({"text": string(100_000)}, {"style": _style}),
    "link": shape({"url": web_url}, {"text": string(3000), "style": _style}),
    "emoji": shape({"name": string(100)}, {}),
}
runs = listed(1000, kinds(RUNS, "rich text element"))
paragraph = shape({"elements": runs}, {})
RICH: dict[str, Check] = {
    "rich_text_section": paragraph,
    "rich_text_preformatted": shape({"elements": runs}, {"border": lambda *_: iter(())}),
    "rich_text_quote": paragraph,
    "rich_text_list": shape(
        {
            "elements": listed(1000, kinds({"rich_text_section": paragraph}, "list item")),
            "style": one_of("bullet", "ordered"),
        },
        {"indent": lambda *_: iter(())},
    ),
}


def section(value: object, at: str) -> Iterator[str]:
    rule = shape(
        {},
        {
            "text": text(3000),
            "fields": listed(10, text(2000)),
            "accessory": kinds(ELEMENTS, "element"),
            "block_id": ID,
            "expand": is_bool,
        },
    )
    yield from rule(value, at)
    if isinstance(value, dict) and not {"text", "fields"} & value.keys():
        yield complaint("text or fields", at)


BLOCKS: dict[str, Check] = {
    "header": shape({"text": text(150, PLAIN)}, {"block_id": ID}),
    "section": section,
    "divider": shape({}, {"block_id": ID}),
    "context": shape({"elements": listed(10, context_element)}, {"block_id": ID}),
    "actions": shape({"elements": unique_actions}, {"block_id": ID}),
    "image": image,
    "rich_text": shape({"elements": listed(1000, kinds(RICH, "rich text"))}, {"block_id": ID}),
    "input": shape(
        {"label": text(2000, PLAIN), "element": kinds(INPUTS, "input")},
        {"hint": text(2000, PLAIN), "optional": is_bool, "block_id": ID, "dispatch_action": is_bool},
    ),
}
