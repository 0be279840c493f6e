"""Tables: what each holds, and one builder."""
