"""Checks of tables that are kept up to date, a file each; each is given a ``KeptTable`` that its ledger knows."""
