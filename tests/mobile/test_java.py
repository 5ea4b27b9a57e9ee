from __future__ import annotations

import os
import re
import subprocess

import pytest
from tests.tiers import first


@pytest.mark.parametrize(("sdks", "number"), first(1, [("35", 63), ("", 117)]))
def test_the_java_does_what_its_own_tests_say_on_android_8_to_15(require_tool, mobile, sdks, number):
    """Protocol, radio, service, restart, permissions, camera, links, notices: JUnit under Robolectric, one JVM; on the
    newest Android, or at length on the oldest and one between, too."""
    for name, package in (("javac", "default-jdk-headless"), ("mvn", "maven"), ("unzip", "unzip")):
        require_tool.program(name, package=package)
    script = mobile / "android" / "test.sh"
    fetched = subprocess.run([script, "fetch"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"Maven does not give Robolectric here: {(fetched.stdout + fetched.stderr).strip()[-300:]}")
    chosen = os.environ | {"BLUEZONE_ANDROID_SDKS": sdks}
    ended = subprocess.run([script, "run"], capture_output=True, text=True, check=False, env=chosen)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said[-8_000:]
    found = re.search(r"^OK \((\d+) tests\)", said, re.MULTILINE)
    assert found is not None, said[-8_000:]
    assert int(found[1]) >= number
