package vn.bluezone.mobile;

import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.location.LocationManager;
import android.os.BatteryManager;
import android.os.Build;
import android.os.PowerManager;

/** What the plan of listening and the permissions depend on, as plain values for bluezone_mobile/device.py. */
public final class Device {
    private final Context context;

    public Device(Context context) {
        this.context = context;
    }

    public int apiLevel() {
        return Build.VERSION.SDK_INT;
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

    /** Android 8 to 11 deliver scan results only while location is switched on. */
    public boolean isLocationOn() {
        LocationManager manager = (LocationManager) context.getSystemService(Context.LOCATION_SERVICE);
        return manager != null
                && (manager.isProviderEnabled(LocationManager.GPS_PROVIDER)
                        || manager.isProviderEnabled(LocationManager.NETWORK_PROVIDER));
    }

    public boolean isGranted(String permission) {
        return context.checkSelfPermission(permission) == android.content.pm.PackageManager.PERMISSION_GRANTED;
    }

    private Intent battery() {
        return context.registerReceiver(null, new IntentFilter(Intent.ACTION_BATTERY_CHANGED));
    }
}
