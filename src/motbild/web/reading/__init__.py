"""What pages read from a snapshot: one module a subject, SQL in and plain rows out."""
