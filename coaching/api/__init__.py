"""The API under /api/v1/: the same use cases and the same rules as the pages, for programs with a token."""
