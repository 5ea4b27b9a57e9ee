"""A country of phones in PostgreSQL, and what is asked of the server then. Used by bench_rollout_server.py."""
