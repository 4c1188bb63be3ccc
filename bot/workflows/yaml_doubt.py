"""Where the two parsers of YAML may read one text differently.

libyaml is of YAML 1.1, the pure parser of YAML 1.2. What they were seen to read differently: byte order marks, line
breaks of YAML 1.1, names of anchors, tags, block scalars with a comment right behind their sign, and documents other
than mappings. Only a text with one of these needs both. What the pure parser alone refuses, as tabs behind a value, is
no reason: GitHub takes them.
"""

import re
from itertools import pairwise
from typing import Final

import yaml

from bot.workflows.text import SourceText
from bot.workflows.yaml_reader import events_of

_ODD: Final = re.compile(r"[\ufeff\x85\u2028\u2029\uf8f0-\uf8f2]|[|>][-+0-9]*#")


def may_differ(source: SourceText) -> bool:
    """Whether the parsers may disagree about a text, in what it says or in where that stands.

    They disagree about where nothing stands, too: `tags:` without a value is right behind its colon for libyaml, and
    at the next key for the other one. No rule asks where an empty value stands, so that needs no exact parser.
    """
    if source.mentions(_ODD):
        return True
    try:
        return any(_is_odd(before, event) for before, event in pairwise(events_of(source.text)))
    except (yaml.YAMLError, ValueError):  # libyaml refuses it, so the other one has read it
        return True


def _is_odd(before: yaml.Event, event: yaml.Event) -> bool:
    """An anchor, an alias, a tag, or a document that is not a mapping."""
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        return True
    if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
        return True
    return isinstance(before, yaml.DocumentStartEvent) and not isinstance(event, yaml.MappingStartEvent)
