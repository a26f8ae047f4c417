"""From the Dataset to the Snapshot: every derived fact at one instant."""
