"""The definitions of our workflow steps, as the manifest has them.

https://docs.slack.dev/reference/app-manifest#functions
"""

from collections.abc import Mapping
from typing import Any, Final

CHECK_IMAGE: Final = "check_image"


def _text(title: str, description: str) -> dict[str, Any]:
    return {"type": "string", "title": title, "description": description, "is_required": True}


STEPS: Final[Mapping[str, Mapping[str, Any]]] = {
    CHECK_IMAGE: {
        "title": "Check an image",
        "description": "Checks provenance, SBOM and signatures of a container image",
        "input_parameters": {
            "image": _text("Image", "A name with a tag or a digest, a pull command, or the address of its page"),
        },
        "output_parameters": {
            "verdict": _text("Verdict", "pass, warn, fail or unknown"),
            "summary": _text("Summary", "The verdict and its problems in a sentence"),
            "image": _text("Image", "The full name of the image"),
            "digest": _text("Digest", "What was checked"),
            "failing": _text("Failing rules", "The rules that fail, with commas between them"),
            "report": _text("Report", "The address of the report, if the pages have a public one"),
        },
    }
}
