"""Keep keys of a day, to which browsers encrypt what they may not read again; their private halves end with it."""
