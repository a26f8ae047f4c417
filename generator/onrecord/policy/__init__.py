"""The rules that a record must keep: one function and one stable code each, in an explicit list."""
