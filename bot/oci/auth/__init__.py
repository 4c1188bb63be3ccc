"""Who we are to a registry: credentials from where people keep them, and the tokens that registries make of them.

A credential is used for the registry that it was stored for, and for nobody else.
"""
