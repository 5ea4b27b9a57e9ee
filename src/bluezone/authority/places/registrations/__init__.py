"""Let owners register a place without an account: asked for with a telephone number and a one-time code, confirmed or
refused by the commune, told by text message and by receipt."""
