#!/usr/bin/env bash
# Compile the Java of the app and run its tests under Robolectric, on Android 8 to 15: mobile/android/test.sh
# Needs a JDK 17, Maven (Debian: default-jdk-headless, maven), unzip and Maven Central; keeps 900 MB in ~/.m2.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
work=${BLUEZONE_JAVA_BUILD:-$(mktemp -d)}
mkdir -p "$work/lib" "$work/android" "$work/main" "$work/test"

mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib"
get() { # one artifact without what it depends on
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact="$1" -DoutputDirectory="$2"
}
sdk=android-all-14-robolectric-10818077.jar
get org.robolectric:android-all:14-robolectric-10818077 "$work/android"
for version in 8.0.0_r4-robolectric-r1 10-robolectric-5803371 14-robolectric-10818077 15-robolectric-12650502; do
  get "org.robolectric:android-all-instrumented:$version-i7" "$work/android"
done
for aar in "$work"/lib/*.aar; do
  unzip -qo -p "$aar" classes.jar >"${aar%.aar}.jar"
done

find "$here/java" -name '*.java' -print0 |
  xargs -0 javac --release 8 -Xlint:-options -cp "$work/android/$sdk:$work/lib/*" -d "$work/main"
# The tests' own com.chaquo.python stands before Chaquopy's, whose native part runs on Android only.
find "$here/test" -name '*.java' -print0 |
  xargs -0 javac --release 17 -cp "$work/main:$work/android/$sdk:$work/lib/*" -d "$work/test"
java -Drobolectric.offline=true -Drobolectric.dependency.dir="$work/android" -cp "$work/test:$work/main:$work/lib/*:$work/android/$sdk" \
  org.junit.runner.JUnitCore vn.bluezone.mobile.PhoneServiceTest vn.bluezone.mobile.NoticesTest vn.bluezone.mobile.DeviceTest
