"""Small servers that speak the networks' real protocols over loopback."""
