"""What belongs together: images of one version are one release, in whichever registry and family they are. No I/O here.

`versions.py` orders tags, `placing.py` says to which release an image belongs, `expected.py` which images a release is
made of, `baseline.py` which release came before, `release.py` what is known of a release and its members.
"""

from bot.releases.member import Member, MemberState
from bot.releases.names import Placement, ReleaseName
from bot.releases.placing import place
from bot.releases.release import Release, ReleaseState

__all__ = ["Member", "MemberState", "Placement", "Release", "ReleaseName", "ReleaseState", "place"]
