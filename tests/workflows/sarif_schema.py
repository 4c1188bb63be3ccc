"""What SARIF 2.1.0 asks of a log like ours: required members, types, allowed words, and nothing besides.

Written from https://docs.oasis-open.org/sarif/sarif/v2.1.0/ (sections 3.13 to 3.52), and stricter than that: members
that we do not write are not allowed.
"""

from typing import Any


def table(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def items(of: dict[str, Any], at_least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": at_least}


TEXT = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = table({"text": TEXT})
REGION = table({"startLine": NUMBER, "startColumn": NUMBER})
ARTIFACT = table({"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[^\s\\]+$"}})
RULE = table(
    {
        "id": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": table({"level": LEVEL}),
        "properties": table({"tags": items(TEXT), "security-severity": {"type": "string", "pattern": r"^\d+\.\d$"}}),
    },
    {"helpUri": {"type": "string", "format": "uri", "pattern": r"^https://\S+$"}},
)
DELETED = table({"startLine": NUMBER, "startColumn": NUMBER, "endLine": NUMBER, "endColumn": NUMBER})
REPLACEMENT = table({"deletedRegion": DELETED, "insertedContent": table({"text": {"type": "string"}})})
CHANGE = table({"artifactLocation": ARTIFACT, "replacements": items(REPLACEMENT, 1)})
FIX = table({"description": MESSAGE, "artifactChanges": items(CHANGE, 1)})
FINGERPRINT = {"type": "string", "pattern": "^[0-9a-f]{32}(:1)?$"}
RESULT = table(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": items(table({"physicalLocation": table({"artifactLocation": ARTIFACT, "region": REGION})}), 1),
        "partialFingerprints": table({"primaryLocationLineHash": FINGERPRINT, "provenance/v1": FINGERPRINT}),
    },
    {"fixes": items(FIX, 1)},
)
INVOCATION = table(
    {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": items(table({"level": LEVEL, "message": MESSAGE})),
    }
)
RUN = table(
    {
        "tool": table({"driver": table({"name": TEXT, "semanticVersion": TEXT, "rules": items(RULE, 1)})}),
        "invocations": items(INVOCATION, 1),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": items(RESULT),
    }
)
LOG = table({"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": items(RUN, 1)})
