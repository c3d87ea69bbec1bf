"""Pages about people and keys: small function views, every form posts without scripts."""
