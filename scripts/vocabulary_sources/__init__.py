"""What the vocabulary pools are made from: Faker's names, and curated facts and phrases."""
