package vn.bluezone.mobile;

import android.content.ActivityNotFoundException;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.os.BatteryManager;
import android.os.Build;
import android.os.PowerManager;
import android.provider.Settings;

/** What the plan of listening and the permissions depend on, as plain values for bluezone_mobile/android_host.py. */
public final class Device {
    private final Context context;

    public Device(Context context) {
        this.context = context;
    }

    public boolean isCharging() {
        Intent battery = battery();
        return battery != null && battery.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0;
    }

    /** 0..100, or -1. */
    public int batteryPercent() {
        Intent battery = battery();
        int level = battery == null ? -1 : battery.getIntExtra(BatteryManager.EXTRA_LEVEL, -1);
        int scale = battery == null ? -1 : battery.getIntExtra(BatteryManager.EXTRA_SCALE, -1);
        return level < 0 || scale <= 0 ? -1 : 100 * level / scale;
    }

    public boolean isScreenOn() {
        return ((PowerManager) context.getSystemService(Context.POWER_SERVICE)).isInteractive();
    }

    // --- what keeps the phone running, and its notices coming -------------------------------------------

    public String maker() {
        return Build.MANUFACTURER == null ? "" : Build.MANUFACTURER;
    }

    /** Whether Android may put the app to sleep to spare the battery. What makers add to that, no app is told. */
    public boolean sparesBattery() {
        PowerManager power = (PowerManager) context.getSystemService(Context.POWER_SERVICE);
        return !power.isIgnoringBatteryOptimizations(context.getPackageName());
    }

    /** Has Android ask for POST_NOTIFICATIONS, where it wants that (13 and later) and has not been answered yes. */
    public void askForNotices() {
        if (Build.VERSION.SDK_INT >= 33
                && context.checkSelfPermission("android.permission.POST_NOTIFICATIONS")
                        != PackageManager.PERMISSION_GRANTED) {
            open(new Intent(context, AskActivity.class));
        }
    }

    /** Shows a panel of Android's settings, by the name that bluezone.phone.app.host has for it. */
    public void openPanel(String name) {
        if (name.equals("notices")) {
            openNoticePanel();
        } else if (name.equals("battery")) {
            openBatteryPanel();
        } else {
            throw new UnsupportedOperationException(name);
        }
    }

    private void openNoticePanel() {
        open(new Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS)
                .putExtra(Settings.EXTRA_APP_PACKAGE, context.getPackageName()));
    }

    /** Has Android ask for the exception, or, where a maker took that question away, shows its list of apps. */
    private void openBatteryPanel() {
        Uri app = Uri.parse("package:" + context.getPackageName());
        if (!open(new Intent(Settings.ACTION_REQUEST_IGNORE_BATTERY_OPTIMIZATIONS, app))) {
            open(new Intent(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS));
        }
    }

    private boolean open(Intent screen) {
        try {
            context.startActivity(screen.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK));
            return true;
        } catch (ActivityNotFoundException | SecurityException missing) {
            return false;
        }
    }

    private Intent battery() {
        return context.registerReceiver(null, new IntentFilter(Intent.ACTION_BATTERY_CHANGED));
    }
}
