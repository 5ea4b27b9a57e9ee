"""Describe questionnaires as data: definition, conditions, answers, triage, rendering. Pure: no I/O but package data,
no clock. Phone and authority draw and read the same form by the same functions; it imports i18n and disease alone."""
