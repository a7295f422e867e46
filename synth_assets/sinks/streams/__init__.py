"""Where endless rows go, one after the other, and how far they have come."""
