"""Tell the phone's owner with the screens closed: what to give notice of, when again, and over which way."""
