"""Define what phones and authorities say to each other: identifiers, bytes on the air, key exports, verification.
Pure."""
