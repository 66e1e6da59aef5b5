"""The end of an organization: asked for, waited for, carried out, and the receipt."""
