"""The main job on sample images, in one process: what `make demo` runs."""
