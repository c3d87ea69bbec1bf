"""Forms of tickets: what people may send, in their words. The verbs check again; forms make the answers friendly."""
