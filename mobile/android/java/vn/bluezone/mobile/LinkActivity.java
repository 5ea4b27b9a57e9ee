package vn.bluezone.mobile;

import android.app.Activity;
import android.net.Uri;
import android.os.Bundle;

/**
 * Opens the app at what a link is for: one of the deployment's host, or of the field's own scheme (`ens://v?c=CODE`).
 * Any app may send anything here, so the text goes unread to the screen `/link`, which says what it is or that it was
 * not opened.
 */
public final class LinkActivity extends Activity {
    /** One more than the longest link that is read: the screen sees that it is too long. */
    static final int MOST_SIGNS = 2_001;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        String link = getIntent().getDataString();
        if (link == null) {
            link = "";
        }
        OpenActivity.show(this, "/link?text=" + Uri.encode(link.substring(0, Math.min(link.length(), MOST_SIGNS))));
        finish();
    }
}
