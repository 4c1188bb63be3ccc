"""What a registry holds: the tags of a repository with their digests, and the repositories of a namespace.

Quay and Docker Hub tell this in APIs of their own, for one request. Everywhere else the tag list has names only.
"""
