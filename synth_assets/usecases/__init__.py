"""What front ends ask for: generate, verify, scan, describe, and the settings they share."""
