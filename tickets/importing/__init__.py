"""Tickets from files: `reading` turns a file into rows, `mapping` says what their columns mean, `rows` writes them."""
