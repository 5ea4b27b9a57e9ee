"""Build the Android app from package registries, without Gradle, an Android SDK or an NDK (`tools/apk.py`)."""
