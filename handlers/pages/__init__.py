"""What a browser sees: threads, reports, rules, health."""
