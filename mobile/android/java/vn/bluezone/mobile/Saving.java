package vn.bluezone.mobile;

import android.app.Activity;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.net.Uri;
import android.util.Log;
import android.webkit.CookieManager;
import android.webkit.DownloadListener;
import android.webkit.URLUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;

/** Saves what a screen offers as a file where its owner says: a WebView by itself does nothing there. */
final class Saving implements DownloadListener {
    private static final int BUFFER_BYTES = 1 << 14;

    private final Activity activity;
    private String address = "";

    Saving(Activity activity) {
        this.activity = activity;
    }

    @Override
    public void onDownloadStart(String url, String agent, String disposition, String type, long length) {
        address = url;
        try {
            activity.startActivityForResult(
                    new Intent(Intent.ACTION_CREATE_DOCUMENT)
                            .addCategory(Intent.CATEGORY_OPENABLE)
                            .setType(type)
                            .putExtra(Intent.EXTRA_TITLE, URLUtil.guessFileName(url, disposition, type)),
                    MainActivity.SAVED);
        } catch (ActivityNotFoundException nobody) {
            Log.w("bluezone", "this telephone has no app that keeps files", nobody);
        }
    }

    /** Writes it there, on a thread of its own; null: the owner changed their mind. */
    void into(Uri place) {
        String from = address;
        address = "";
        if (place != null && !from.isEmpty()) {
            String cookie = CookieManager.getInstance().getCookie(from);
            new Thread(() -> copy(from, cookie, place), "bluezone-saving").start();
        }
    }

    private void copy(String from, String cookie, Uri place) {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(from).openConnection();
            connection.setRequestProperty("Cookie", cookie);
            try (InputStream in = connection.getInputStream();
                    OutputStream out = activity.getContentResolver().openOutputStream(place, "wt")) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException failed) {
            Log.e("bluezone", "the file was not saved", failed);
        }
    }
}
