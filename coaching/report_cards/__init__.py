"""Report cards: a period's figures as a page, a picture, a badge and a paper for the board."""
