"""Everything an organization has here, as a zip to take away."""
