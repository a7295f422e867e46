"""Who, when, how many: whatever is known of the marketplace by arithmetic, without a row being made."""
