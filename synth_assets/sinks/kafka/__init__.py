"""Kafka: addresses, settings, what a broker says, and records that come once."""
