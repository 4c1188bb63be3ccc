"""What readers of JUnit XML agree on: elements, their attributes and children.

Written after the description of https://github.com/testmoapp/junitxml and Jenkins' schema, and stricter: nothing
besides is allowed.
"""

from xml.etree import ElementTree as ET

COUNTS = {"tests", "failures", "errors", "skipped"}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped"},
    "failure": set(),
    "error": set(),
    "skipped": set(),
}
REQUIRED = {
    "testsuites": COUNTS,
    "testsuite": {"name", "timestamp", *COUNTS},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
}


def problems(element: ET.Element) -> list[str]:
    """What does not fit, everywhere below."""
    tag = element.tag
    if tag not in CHILDREN:
        return [f"unknown element {tag}"]
    found = [f"{tag} has {sorted(element.attrib)}"] if set(element.attrib) != REQUIRED[tag] else []
    found += [f"{tag} in {tag}" for child in element if child.tag not in CHILDREN[tag]]
    if tag == "testcase" and len(element) > 1:
        found.append("a test case has two outcomes")
    if REQUIRED[tag] >= COUNTS:
        names = {"failures": "failure", "errors": "error", "skipped": "skipped", "tests": "testcase"}
        found += [
            f"{tag} counts {name}"
            for name, child in names.items()
            if int(element.attrib.get(name, -1)) != len(list(element.iter(child)))
        ]
    return found + [problem for child in element for problem in problems(child)]
