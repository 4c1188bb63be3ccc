"""What is handed out: the wheel, the image, the chart, the action."""
