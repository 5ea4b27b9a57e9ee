package vn.bluezone.mobile;

import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Build;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One question to the owner: permissions that an Android from 8 to 16 wants before the phone can send and hear. Sources:
 * developer.android.com, "Bluetooth permissions", "Foreground service types". Whether notices may be shown is asked
 * elsewhere, by the joining step that gives the reason (AskActivity).
 */
enum Question {
    NEARBY(
            true,
            "android.permission.BLUETOOTH_SCAN",
            "android.permission.BLUETOOTH_ADVERTISE",
            "android.permission.BLUETOOTH_CONNECT"),
    LOCATION(true, "android.permission.ACCESS_FINE_LOCATION"),
    ALWAYS(false, "android.permission.ACCESS_BACKGROUND_LOCATION");

    /** Without it nothing is sent or heard. */
    final boolean vital;

    private final String[] permissions;

    Question(boolean vital, String... permissions) {
        this.vital = vital;
        this.permissions = permissions;
    }

    String[] permissions() {
        return permissions.clone();
    }

    boolean isGranted(Context context) {
        for (String permission : permissions) {
            if (context.checkSelfPermission(permission) != PackageManager.PERMISSION_GRANTED) {
                return false;
            }
        }
        return true;
    }

    /** What an Android asks, in this order and one at a time: it shows ALWAYS only after LOCATION was granted. */
    static List<Question> of(int apiLevel) {
        if (apiLevel >= 31) {
            return Collections.singletonList(NEARBY);
        }
        return apiLevel >= 29 ? Arrays.asList(LOCATION, ALWAYS) : Collections.singletonList(LOCATION);
    }

    /** Those that are not answered with yes. */
    static List<Question> open(Context context) {
        List<Question> open = new ArrayList<>();
        for (Question question : of(Build.VERSION.SDK_INT)) {
            if (!question.isGranted(context)) {
                open.add(question);
            }
        }
        return open;
    }
}
