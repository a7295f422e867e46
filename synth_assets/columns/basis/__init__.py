"""What column generators are made of; no generator itself."""
