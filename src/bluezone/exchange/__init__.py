"""Write what we know of cases, contacts and results in the formats of other systems, and read theirs. Pure."""
