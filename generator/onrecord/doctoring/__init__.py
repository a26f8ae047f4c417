"""What is missing or stale around a page: its settings, its clone, its workflows, its host."""
