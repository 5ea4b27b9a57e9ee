"""Keep what the phone knows: databases, encryption at rest, retention, and one store for each kind of record."""
