"""The accounts: uptime, service levels, promises and times as plain facts, and those facts as text, CSV and JSON."""
