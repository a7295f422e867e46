"""Object stores: addresses, buckets, and the local copies that readers read."""
