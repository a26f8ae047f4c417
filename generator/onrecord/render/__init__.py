"""From the Snapshot to pages, feeds and files."""
