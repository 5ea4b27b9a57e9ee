"""Account for personal data: the record of processing, breaches, and the end of the service."""
