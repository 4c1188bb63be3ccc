"""What a registry holds: the tags of a repository with their digests, and the repositories of a namespace.

Quay and Docker Hub tell this in APIs of their own, for one request. Everywhere else the tag list has names only.
"""

from bot.oci.catalogue.apis import TagApi as TagApi
from bot.oci.catalogue.apis import tag_api as tag_api
from bot.oci.catalogue.catalogue import Catalogue as Catalogue
from bot.oci.catalogue.listing import ListedTag as ListedTag
from bot.oci.catalogue.listing import TagListing as TagListing
