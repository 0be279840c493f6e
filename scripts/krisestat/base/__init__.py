"""What everything stands on: errors, contracts, strict YAML, display, the store."""
