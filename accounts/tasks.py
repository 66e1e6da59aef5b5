"""When mail about people is sent: each task takes ids, one call says what."""
