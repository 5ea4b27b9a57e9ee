package vn.bluezone.mobile;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.content.pm.ServiceInfo;
import android.os.Build;
import android.os.IBinder;
import android.os.PowerManager;
import android.util.Log;

/**
 * Keeps the phone running with the app closed: a foreground service of the type connectedDevice, which Android 14 and
 * later start only where one of the Bluetooth permissions is granted. The engine itself is Python
 * (bluezone_mobile/service.py). The wake lock keeps the processor awake for the pauses between scans; what that costs
 * was not measured.
 */
public final class PhoneService extends Service {
    static final String CHANNEL = "bluezone";
    static final int NOTIFICATION = 1;
    private static final String LOG = "bluezone";

    private PowerManager.WakeLock wakeLock;
    private boolean started;

    /** Does nothing before the owner has granted Bluetooth: Android 14 would end the app for trying. */
    public static void start(Context context) {
        if (Build.VERSION.SDK_INT >= 31
                && context.checkSelfPermission("android.permission.BLUETOOTH_SCAN")
                        != PackageManager.PERMISSION_GRANTED) {
            return;
        }
        try {
            context.startForegroundService(new Intent(context, PhoneService.class));
        } catch (IllegalStateException refused) { // from the background, Android 12 and later refuse it
            Log.w(LOG, "the service was not started", refused);
        }
    }

    /** In the foreground first: Android ends an app whose service is not there seconds after it was asked for, and
     *  Python takes longer than that to start on a slow telephone. */
    @Override
    public void onCreate() {
        super.onCreate();
        try {
            if (Build.VERSION.SDK_INT >= 29) {
                startForeground(NOTIFICATION, notification(), ServiceInfo.FOREGROUND_SERVICE_TYPE_CONNECTED_DEVICE);
            } else {
                startForeground(NOTIFICATION, notification());
            }
        } catch (IllegalStateException | SecurityException refused) { // a permission was taken back, for example
            Log.w(LOG, "Android refused the foreground", refused);
            stopSelf();
            return;
        }
        PowerManager power = (PowerManager) getSystemService(Context.POWER_SERVICE);
        wakeLock = power.newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "bluezone:scan");
        wakeLock.setReferenceCounted(false);
        wakeLock.acquire();
        started = true;
        Engine.start(this);
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int startId) {
        return START_STICKY;
    }

    @Override
    public void onDestroy() {
        if (started) {
            Engine.stop();
        }
        if (wakeLock != null) {
            wakeLock.release();
        }
        super.onDestroy();
    }

    @Override
    public IBinder onBind(Intent intent) {
        return null;
    }

    private Notification notification() {
        NotificationManager manager = (NotificationManager) getSystemService(Context.NOTIFICATION_SERVICE);
        manager.createNotificationChannel(
                new NotificationChannel(CHANNEL, Words.running(this), NotificationManager.IMPORTANCE_LOW));
        Notification.Builder built = new Notification.Builder(this, CHANNEL)
                .setSmallIcon(Notices.icon(this))
                .setContentTitle(Words.runningTitle(this))
                .setContentText(Words.runningText(this))
                .setOngoing(true);
        Intent open = getPackageManager().getLaunchIntentForPackage(getPackageName());
        if (open != null) {
            built.setContentIntent(PendingIntent.getActivity(this, NOTIFICATION, open, PendingIntent.FLAG_IMMUTABLE));
        }
        return built.build();
    }
}
