"""Who we are to a registry: credentials from where people keep them, and the tokens that registries make of them.

A credential is used only for the registry that it was stored for.
"""
