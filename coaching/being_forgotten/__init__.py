"""People who ask this whole installation to forget them."""
