"""Report cards: what is published, what is on each face, and papers for boards."""
