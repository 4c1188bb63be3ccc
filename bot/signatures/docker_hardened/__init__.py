"""Docker Hardened Images: where their statements are, and how those are signed."""
