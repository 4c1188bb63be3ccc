"""The second look: whether what was released is still as it was. HEADs alone, and a check when something moved."""
