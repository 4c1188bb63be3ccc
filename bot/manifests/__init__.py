"""Files that name images: lists, Compose files, Kubernetes manifests, values of Helm charts. Nothing here does I/O.

`found_in` takes the text of a file and says which images stand in it, and where.
"""

from bot.manifests.found import FoundImage as FoundImage
from bot.manifests.reading import found_in as found_in
