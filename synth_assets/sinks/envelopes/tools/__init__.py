"""One module an envelope, named like it, with a constant ``ENVELOPE``; none of them knows another."""
