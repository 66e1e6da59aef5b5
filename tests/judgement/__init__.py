"""Tests of the pure part: what a post is, how an account answers, what to advise."""
