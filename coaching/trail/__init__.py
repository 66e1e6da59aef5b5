"""The audit trail as owners read it: who did what, when, from where."""
