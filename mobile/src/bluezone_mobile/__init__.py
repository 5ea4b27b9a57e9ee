"""Bluezone on Android: the phone's engine and screens, with Android's own Bluetooth as the radio."""
