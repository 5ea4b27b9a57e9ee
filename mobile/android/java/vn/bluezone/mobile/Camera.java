package vn.bluezone.mobile;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.webkit.PermissionRequest;
import java.util.Arrays;

/**
 * Answers a page that asks for the camera. The phone's own screens get it, for QR codes, once its owner has said yes to
 * the reason and to Android; another page, or a wish for the microphone too, gets nothing and asks nobody.
 */
final class Camera {
    static final String PERMISSION = "android.permission.CAMERA";
    private static final String[] PICTURES = {PermissionRequest.RESOURCE_VIDEO_CAPTURE};

    private final Activity activity;
    private final Runnable openSettings;
    private PermissionRequest waiting;

    Camera(Activity activity, Runnable openSettings) {
        this.activity = activity;
        this.openSettings = openSettings;
    }

    /** `own`: where the screens answer now; "" while they do not. */
    void wanted(PermissionRequest request, String own) {
        if (!isSameOrigin(request.getOrigin(), Uri.parse(own)) || !Arrays.equals(PICTURES, request.getResources())) {
            request.deny();
        } else if (isGranted()) {
            request.grant(PICTURES);
        } else {
            refuse(); // who asked before
            waiting = request;
            new AlertDialog.Builder(activity)
                    .setMessage(Words.cameraReason(activity))
                    .setCancelable(false)
                    .setPositiveButton(Words.goOn(activity), (dialog, which) -> activity.requestPermissions(
                            new String[] {PERMISSION}, MainActivity.CAMERA))
                    .setNegativeButton(Words.notNow(activity), (dialog, which) -> refuse())
                    .show();
        }
    }

    /** The page is gone, or wants it no more. */
    void unwanted(PermissionRequest request) {
        if (request == waiting) {
            waiting = null;
        }
    }

    /** Android's question was answered. After a second no it asks no more: the page goes on without the camera. */
    void answered() {
        if (isGranted()) {
            if (waiting != null) {
                waiting.grant(PICTURES);
                waiting = null;
            }
            return;
        }
        refuse();
        if (!activity.shouldShowRequestPermissionRationale(PERMISSION)) {
            new AlertDialog.Builder(activity)
                    .setMessage(Words.cameraRefused(activity))
                    .setPositiveButton(Words.settings(activity), (dialog, which) -> openSettings.run())
                    .setNegativeButton(Words.notNow(activity), null)
                    .show();
        }
    }

    private void refuse() {
        if (waiting != null) {
            waiting.deny();
            waiting = null;
        }
    }

    private boolean isGranted() {
        return activity.checkSelfPermission(PERMISSION) == PackageManager.PERMISSION_GRANTED;
    }

    private static boolean isSameOrigin(Uri one, Uri other) {
        return one.getScheme() != null
                && one.getScheme().equals(other.getScheme())
                && one.getHost() != null
                && one.getHost().equals(other.getHost())
                && one.getPort() == other.getPort();
    }
}
