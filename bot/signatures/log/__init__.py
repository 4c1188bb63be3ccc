"""The transparency log: its promise, its inclusion proofs, and what its entries are about."""
