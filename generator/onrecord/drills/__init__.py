"""Rehearsals: scenarios on a clock, the scratch folder that they are played in, and a score against the policy."""
