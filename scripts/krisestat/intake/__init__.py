"""From a file as received to rows with a contract."""
