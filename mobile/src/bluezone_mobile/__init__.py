"""Run the phone's engine and screens on Android, with Android's own Bluetooth as the radio."""
