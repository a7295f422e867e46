"""Write 1,000,000 rows with rand-engine as Parquet zstd: `python rand_engine_1m.py FILE`.

Of its ready specs `sales` is taken: the order-like one that makes the most cells a second.
"""

import sys

from rand_engine import DataGenerator, RandSpecs  # pyright: ignore[reportMissingImports] — the peers' own environment

if __name__ == "__main__":
    sales = DataGenerator(RandSpecs.sales(), seed=42).size(1_000_000)
    sales.write.format("parquet").option("compression", "zstd").mode("overwrite").save(sys.argv[1])
