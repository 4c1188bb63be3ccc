"""Groups that overlap: entries that put the same images into different groups. The first entry decides."""

from collections.abc import Iterator
from itertools import combinations

from bot.policy.entry import PolicyEntry
from bot.policy.file import FilePolicies
from bot.policy.globs import covers, expand


def overlaps(policies: FilePolicies) -> Iterator[str]:
    """One sentence for each pair of such entries; those that are sure: one glob covers another.

    A later entry without a `group` takes no image out of one: most files end with an entry for the rest.
    """
    for (first, earlier), (second, later) in combinations(enumerate(policies.file.images), 2):
        shared = _shared(earlier, later) if later.group and earlier.group != later.group else ""
        if shared:
            where = policies.line("images", first)
            group = f"the group {earlier.group}" if earlier.group else "the group of its own name"
            message = f"{shared} is still in {group}: the entry in line {where} matches it first"
            yield policies.said(("images", second, "group"), message)


def _shared(earlier: PolicyEntry, later: PolicyEntry) -> str:
    """Images that both entries match, as a glob; "" when that is not sure, or when the later one never applies."""
    one, two = ([part for glob in entry.match for part in expand(glob)] for entry in (earlier, later))
    if all(any(covers(glob, other) for glob in one) for other in two):
        return ""
    shared = [other for other in two if any(covers(glob, other) for glob in one)]
    shared += [glob for glob in one if any(covers(other, glob) for other in two)]
    return next(iter(shared), "")
