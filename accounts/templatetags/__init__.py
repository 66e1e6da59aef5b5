"""What templates of people’s pages ask for."""
