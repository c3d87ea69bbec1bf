"""The pages of tickets: small function views, page and fragment from one view, every form posts without scripts."""
