"""Consulting firms: their people, their clients, how they look, and the links and mails between them."""
