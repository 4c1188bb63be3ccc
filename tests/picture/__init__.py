"""`make picture`: the picture of the README, drawn by Chromium from the demo."""
