"""Use the officers, cases and contacts of the tests of episodes."""

from tests.authority.episodes.conftest import browser_of, by, mai, office, officers, reported  # noqa: F401
