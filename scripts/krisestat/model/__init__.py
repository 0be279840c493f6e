"""What is counted: code lists, registers, contracts, counting, confidentiality, quality, configuration."""
