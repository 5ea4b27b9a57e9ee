"""Be a citizen's phone, in six layers: stores, air, matching, client, app, web. Each imports only those before it."""
