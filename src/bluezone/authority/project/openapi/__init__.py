"""Describe the APIs for machines in OpenAPI 3.1: of phones, of health offices, of officers."""
