package vn.bluezone.mobile;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.content.Context;
import android.content.Intent;
import android.os.SystemClock;

/**
 * Shows the phone's one notice, for bluezone_mobile/android_host.py, which says what, when, and when again. A locked
 * screen shows a text of its own (`Words.locked`), whatever the notice says.
 */
public final class Notices {
    /** Shows a screen of the phone in the app. */
    public interface Opener {
        void open(String path);
    }

    static final String URGENT = "warnings";
    static final String NEWS = "news";
    static final String PATH = "vn.bluezone.mobile.PATH";
    private static final int NOTICE = 2;
    private static final String SILENT = "silent";

    private static Opener opener;
    private static String waiting = "";

    private final Context context;
    private final NotificationManager manager;

    public Notices(Context context) {
        this.context = context;
        this.manager = (NotificationManager) context.getSystemService(Context.NOTIFICATION_SERVICE);
        NotificationChannel urgent =
                new NotificationChannel(URGENT, Words.urgent(context), NotificationManager.IMPORTANCE_HIGH);
        urgent.enableVibration(true);
        urgent.setLockscreenVisibility(Notification.VISIBILITY_PRIVATE);
        NotificationChannel news =
                new NotificationChannel(NEWS, Words.news(context), NotificationManager.IMPORTANCE_DEFAULT);
        news.setLockscreenVisibility(Notification.VISIBILITY_PRIVATE);
        manager.createNotificationChannel(urgent);
        manager.createNotificationChannel(news);
    }

    /** Whether the owner lets the app show them, and has not switched the channel of warnings off. */
    public boolean isAllowed() {
        NotificationChannel urgent = manager.getNotificationChannel(URGENT);
        return manager.areNotificationsEnabled()
                && (urgent == null || urgent.getImportance() != NotificationManager.IMPORTANCE_NONE);
    }

    /** In the place of the one before. `urgent`: on the channel of warnings; `rings`: with its sound. */
    public void show(String title, String text, String path, boolean urgent, boolean rings) {
        String channel = urgent ? URGENT : NEWS;
        Notification locked = builder(channel, Words.locked(context), "").build();
        Notification.Builder notice = builder(channel, title, text)
                .setContentIntent(opening(path))
                .setVisibility(Notification.VISIBILITY_PRIVATE)
                .setPublicVersion(locked)
                .setCategory(urgent ? Notification.CATEGORY_REMINDER : Notification.CATEGORY_RECOMMENDATION)
                .setAutoCancel(true);
        if (!rings) { // a child of a group whose summary alone may ring makes no sound
            notice.setGroup(SILENT).setGroupAlertBehavior(Notification.GROUP_ALERT_SUMMARY);
        }
        manager.notify(NOTICE, notice.build());
    }

    public void withdraw() {
        manager.cancel(NOTICE);
    }

    /** Since when what was shown is kept, in milliseconds since 1970: a restart of the telephone clears it. */
    public long shownSinceMs() {
        return System.currentTimeMillis() - SystemClock.elapsedRealtime();
    }

    /** Of the status bar, where Android shows the shape alone: the app's own icon would be a white square. */
    static int icon(Context context) {
        int icon = context.getResources().getIdentifier("notice", "drawable", context.getPackageName());
        return icon != 0 ? icon : context.getApplicationInfo().icon;
    }

    private Notification.Builder builder(String channel, String title, String text) {
        return new Notification.Builder(context, channel)
                .setSmallIcon(icon(context))
                .setContentTitle(title)
                .setContentText(text);
    }

    private PendingIntent opening(String path) {
        Intent open = new Intent(context, OpenActivity.class)
                .putExtra(PATH, path)
                .addFlags(Intent.FLAG_ACTIVITY_NEW_TASK);
        return PendingIntent.getActivity(
                context, NOTICE, open, PendingIntent.FLAG_IMMUTABLE | PendingIntent.FLAG_UPDATE_CURRENT);
    }

    // --- the screen that a tap opens ------------------------------------------------------------------

    /** From now on the app shows screens; one that a tap asked for before is shown at once. */
    public static void setOpener(Opener app) {
        opener = app;
        if (app != null && !waiting.isEmpty()) {
            String path = waiting;
            waiting = "";
            app.open(path);
        }
    }

    static void opened(String path) {
        if (opener == null) {
            waiting = path;
        } else {
            opener.open(path);
        }
    }
}
