"""Names and documents of the registry world: references, manifests, and the port through which they are read.

Another place that images come from is one more class with the methods of `registry.Registry`.
"""
