"""What is asked of which image."""
