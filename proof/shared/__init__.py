"""What the proofs share; not a proof itself."""
