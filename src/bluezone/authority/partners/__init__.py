"""Hand cases, contacts and figures to partners by signed agreements; take laboratories' results in their formats."""
