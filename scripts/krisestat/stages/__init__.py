"""One module a stage, each with a run() that a script binds."""
