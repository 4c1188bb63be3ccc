"""Names and documents of the registry world: references, manifests, and the port through which they are read.

registry.py is the port. Behind it stand registries over HTTP (client.py, with wire/ for HTTP and auth/ for tokens and
credentials), layouts on disk (layout.py), and router.py, which knows who answers for which name; registries.py opens
all of them. guard.py decides what may be dialled.

Another place that images come from is one more class with the methods of `registry.Registry`, and a line in router.py.
"""
