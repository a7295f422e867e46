"""Write transactions with rand-engine's own spec as Parquet: `python rand_engine_transactions.py FILE ROWS`."""

import sys

from rand_engine import DataGenerator, RandSpecs  # pyright: ignore[reportMissingImports] — the peers' own environment

if __name__ == "__main__":
    transactions = DataGenerator(RandSpecs.transactions(), seed=42).size(int(sys.argv[2]))
    transactions.write.format("parquet").option("compression", "snappy").mode("overwrite").save(sys.argv[1])
