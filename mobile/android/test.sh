#!/usr/bin/env bash
# Compile the Java of the app and run its tests under Robolectric, on Android 8, 10 and 15, in one JVM:
#   mobile/android/test.sh          fetch what is missing (700 MB, once), then run
#   mobile/android/test.sh fetch    only that
#   mobile/android/test.sh run      only the tests
# BLUEZONE_ANDROID_SDKS=35 runs them on that API level only.
# Needs a JDK 17, Maven (Debian: default-jdk-headless, maven), unzip and Maven Central.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
cache=${BLUEZONE_ROBOLECTRIC:-${XDG_CACHE_HOME:-$HOME/.cache}/bluezone/robolectric-4.14.1}
sdk=$cache/framework/android-all-14-robolectric-10818077.jar
# The first and the last Android that the app is for, and one between, which asks for location in the background.
androids=(8.0.0_r4-robolectric-r1 10-robolectric-5803371 15-robolectric-12650502)
# What an earlier list brought is not whole.
whole=$cache/whole-$(echo "${androids[@]}" | cat "$here/pom.xml" - | sha256sum | cut -c1-12)

fetch() {
  mkdir -p "$cache/lib" "$cache/android" "$cache/framework"
  [ -e "$whole" ] && return
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$cache/lib"
  get org.robolectric:android-all:14-robolectric-10818077 "$cache/framework"
  for version in "${androids[@]}"; do
    get "org.robolectric:android-all-instrumented:$version-i7" "$cache/android"
  done
  for aar in "$cache"/lib/*.aar; do
    unzip -qo -p "$aar" classes.jar >"${aar%.aar}.jar"
  done
  touch "$whole"
}

get() { # one artifact without what it depends on
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact="$1" -DoutputDirectory="$2"
}

# For so short a run, half of the time would go into compiling for a speed that it never has, and a tenth into verifying
# the bytecode of an Android that is known.
short=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote)

# compile FOLDER-OF-CLASSES: the app's own, and its tests
compile() {
  mkdir -p "$1/main" "$1/test"
  find "$here/java" -name '*.java' -print0 |
    xargs -0 javac "${short[@]/#/-J}" --release 8 -Xlint:-options -cp "$sdk:$cache/lib/*" -d "$1/main"
  find "$here/test" -name '*.java' -print0 |
    xargs -0 javac "${short[@]/#/-J}" --release 17 -cp "$1/main:$sdk:$cache/lib/*" -d "$1/test"
}

run() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  compile "$work"
  tests=$(cd "$here/test" && find vn -name '*Test.java' | sort | sed 's/\.java$//; s,/,.,g')
  # shellcheck disable=SC2086
  java "${short[@]}" -Xshare:auto -Xmx2g \
    ${BLUEZONE_ANDROID_SDKS:+-Drobolectric.enabledSdks=$BLUEZONE_ANDROID_SDKS} -Drobolectric.offline=true -Drobolectric.dependency.dir="$cache/android" \
    -Dbluezone.manifest="$here/AndroidManifest.xml" -Dbluezone.exchanges="$here/../exchanges.json" \
    -cp "$work/test:$work/main:$here/../src/bluezone_mobile:$cache/lib/*:$sdk" org.junit.runner.JUnitCore $tests
}

case ${1:-both} in
fetch) fetch ;;
run) run ;;
both)
  fetch
  run
  ;;
*)
  echo "test.sh: say fetch, run or nothing, not $1" >&2
  exit 2
  ;;
esac
