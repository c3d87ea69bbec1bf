"""Demo data: a desk with people, fields and tags, and tickets that read like a real week at work."""
