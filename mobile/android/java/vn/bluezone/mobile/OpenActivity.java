package vn.bluezone.mobile;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;

/** Opens the app at the screen of a notice. It has no look of its own, and is gone before anybody sees it. */
public final class OpenActivity extends Activity {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        show(this, getIntent().getStringExtra(Notices.PATH));
        finish();
    }

    /** Brings the app to the front, at a screen; null: at the one it shows. */
    static void show(Activity from, String path) {
        if (path != null) {
            Notices.opened(path);
        }
        Intent app = from.getPackageManager().getLaunchIntentForPackage(from.getPackageName());
        if (app != null) {
            from.startActivity(app.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK | Intent.FLAG_ACTIVITY_REORDER_TO_FRONT));
        }
    }
}
