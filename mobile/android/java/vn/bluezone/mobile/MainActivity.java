package vn.bluezone.mobile;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.provider.Settings;
import android.webkit.PermissionRequest;
import android.webkit.ValueCallback;
import android.webkit.WebChromeClient;
import android.webkit.WebResourceRequest;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import android.widget.FrameLayout;
import android.window.OnBackInvokedDispatcher;
import java.util.Iterator;

/**
 * Asks for the permissions, one by one and each with its reason, and shows the phone's own screens, from the loopback
 * address, in the framework's WebView. Whatever is refused, the screens are there, and say what is missing.
 */
public final class MainActivity extends Activity {
    static final int ASKED = 1;
    static final int PICTURE = 2;
    static final int SAVED = 3;
    static final int CAMERA = 4;
    private static final String OWN_HOST = "127.0.0.1";

    private final Handler later = new Handler(Looper.getMainLooper());
    private WebView web;
    private Saving saving;
    private Camera camera;
    private Iterator<Question> questions;
    private Question asked;
    private String screen = "";
    private String shown = "";
    private ValueCallback<Uri[]> picture;

    @Override
    protected void onCreate(Bundle saved) {
        super.onCreate(saved);
        web = new WebView(this);
        web.getSettings().setJavaScriptEnabled(true);
        web.getSettings().setDomStorageEnabled(true);
        web.setWebViewClient(new Links());
        web.setWebChromeClient(new Pictures());
        saving = new Saving(this);
        web.setDownloadListener(saving);
        camera = new Camera(this, this::openSettings);
        FrameLayout frame = new FrameLayout(this); // Android 15 draws apps under its bars, unless they make room
        frame.setFitsSystemWindows(true);
        frame.addView(web);
        setContentView(frame);
        show(Words.starting(this));
        Engine.start(this);
        Engine.onChange(() -> later.post(this::look));
        look();
        Notices.setOpener(path -> runOnUiThread(() -> open(path))); // at once, where the app was closed until a tap
        if (Build.VERSION.SDK_INT >= 33) { // Android 16 asks onBackPressed no more
            getOnBackInvokedDispatcher()
                    .registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, this::onBackPressed);
        }
        questions = Question.open(this).iterator();
        ask();
    }

    @Override
    protected void onResume() {
        super.onResume();
        PhoneService.start(this); // also after a permission was granted in the settings
    }

    @Override
    protected void onDestroy() {
        Engine.onChange(() -> {});
        later.removeCallbacksAndMessages(null);
        Notices.setOpener(null);
        web.destroy();
        super.onDestroy();
    }

    @Override
    public void onBackPressed() {
        if (web.canGoBack()) {
            web.goBack();
        } else {
            super.onBackPressed();
        }
    }

    // --- permissions ----------------------------------------------------------------------------------

    private void ask() {
        if (!questions.hasNext()) {
            PhoneService.start(this);
            return;
        }
        asked = questions.next();
        Question question = asked;
        new AlertDialog.Builder(this)
                .setMessage(Words.reason(this, question))
                .setCancelable(false)
                .setPositiveButton(Words.goOn(this), (dialog, which) -> requestPermissions(question.permissions(), ASKED))
                .setNegativeButton(Words.notNow(this), (dialog, which) -> ask())
                .show();
    }

    @Override
    public void onRequestPermissionsResult(int code, String[] permissions, int[] answers) {
        if (code == ASKED && asked.vital && !asked.isGranted(this) && isRefusedForEver()) {
            new AlertDialog.Builder(this)
                    .setMessage(Words.refused(this, asked))
                    .setCancelable(false)
                    .setPositiveButton(Words.settings(this), (dialog, which) -> {
                        openSettings();
                        ask();
                    })
                    .setNegativeButton(Words.notNow(this), (dialog, which) -> ask())
                    .show();
        } else if (code == ASKED) {
            ask();
        } else if (code == CAMERA) {
            camera.answered();
        }
    }

    private void openSettings() {
        go(new Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS)
                .setData(Uri.fromParts("package", getPackageName(), null)));
    }

    /** Android asks no more after two refusals: it then says no to a question, and wants no reason given. */
    private boolean isRefusedForEver() {
        return !shouldShowRequestPermissionRationale(asked.permissions()[0]);
    }

    // --- screens --------------------------------------------------------------------------------------

    /** Shows a screen as soon as the engine answers. */
    void open(String path) {
        screen = path;
        shown = "";
        look();
    }

    /** Shows what was asked for where the engine answers now: after one that has ended, what was on the screen then. */
    private void look() {
        try {
            String address = Engine.address("");
            if (address.isEmpty() || address.equals(shown)) {
                return;
            }
            if (screen.isEmpty() && !shown.isEmpty() && web.getUrl() != null) {
                screen = Uri.parse(web.getUrl()).getPath();
            }
            shown = address;
            web.loadUrl(Engine.address(screen));
            screen = "";
        } catch (IllegalStateException ended) {
            show(Words.ended(this) + "\n\n" + ended.getMessage());
        }
    }

    private void show(String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        web.loadDataWithBaseURL(
                null,
                "<meta name=viewport content='width=device-width'><meta name=color-scheme content='light dark'>"
                        + "<p style='font:18px/1.5 sans-serif;margin:40vh 24px;white-space:pre-line'>" + escaped,
                "text/html",
                "utf-8",
                null);
    }

    private boolean go(Intent intent) {
        try {
            startActivity(intent);
            return true;
        } catch (ActivityNotFoundException nobody) {
            return false;
        }
    }

    /** The phone's own screens stay here; a telephone number or another page goes to the app that is for it. */
    private final class Links extends WebViewClient {
        @Override
        public boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request) {
            if (OWN_HOST.equals(request.getUrl().getHost())) {
                return false;
            }
            go(new Intent(Intent.ACTION_VIEW, request.getUrl()));
            return true;
        }
    }

    private static String screens() {
        try {
            return Engine.address("");
        } catch (IllegalStateException ended) {
            return "";
        }
    }

    private final class Pictures extends WebChromeClient {
        @Override
        public void onPermissionRequest(PermissionRequest request) {
            camera.wanted(request, screens());
        }

        @Override
        public void onPermissionRequestCanceled(PermissionRequest request) {
            camera.unwanted(request);
        }

        @Override
        public boolean onShowFileChooser(WebView view, ValueCallback<Uri[]> chosen, FileChooserParams wanted) {
            if (picture != null) {
                picture.onReceiveValue(null);
            }
            picture = chosen;
            try {
                startActivityForResult(wanted.createIntent(), PICTURE);
                return true;
            } catch (ActivityNotFoundException nobody) {
                picture = null;
                return false;
            }
        }
    }

    @Override
    protected void onActivityResult(int request, int result, Intent data) {
        if (request == PICTURE && picture != null) {
            picture.onReceiveValue(WebChromeClient.FileChooserParams.parseResult(result, data));
            picture = null;
        } else if (request == SAVED) {
            saving.into(result == RESULT_OK && data != null ? data.getData() : null);
        }
    }
}
