"""Speak to the authority over HTTP: exports, policy, news, publishing, counting, telephone number."""
