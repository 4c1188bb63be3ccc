"""Cosign's older layouts: everything beside the signed bytes stands in annotations of a layer."""
