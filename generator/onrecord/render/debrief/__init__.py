"""What an incident leaves to be written: the post-mortem for readers, and the debrief that stays inside."""
