package vn.bluezone.mobile;

import android.app.Activity;
import android.os.Build;
import android.os.Bundle;

/** Has Android 13 and later ask whether notices may be shown, over the screen that gives the reason. */
public final class AskActivity extends Activity {
    private static final String PERMISSION = "android.permission.POST_NOTIFICATIONS";

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        if (Build.VERSION.SDK_INT < 33) {
            finish();
        } else if (state == null) { // else the question is on the screen already
            requestPermissions(new String[] {PERMISSION}, 1);
        }
    }

    @Override
    public void onRequestPermissionsResult(int request, String[] permissions, int[] results) {
        finish();
    }
}
