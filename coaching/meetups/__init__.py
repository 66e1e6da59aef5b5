"""Meetups: from regulars to a plan, a public page, the evening itself, and what came of it."""
