"""Records, aggregated and shown."""
