package vn.bluezone.mobile;

import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.Notification;
import android.app.NotificationManager;
import android.bluetooth.BluetoothAdapter;
import android.bluetooth.BluetoothManager;
import android.bluetooth.le.ScanCallback;
import android.bluetooth.le.ScanRecord;
import android.bluetooth.le.ScanResult;
import android.content.Context;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.net.Uri;
import android.view.ViewGroup;
import android.webkit.WebView;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowBluetoothLeAdvertiser;
import org.robolectric.shadows.ShadowBluetoothLeScanner;
import org.robolectric.shadows.ShadowLooper;

/**
 * The whole app on a desktop: activity, service and radio of the app, the shim and the engine that it starts; only Android
 * below is Robolectric's. It runs until it is killed, and says on standard output what a person would see. What is near
 * comes line by line on standard input, from tests/mobile/test_whole_app.py.
 */
@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = 35, qualifiers = "vi")
public class WholeApp {
    private static final int TURN_MS = 10;
    private final Set<String> said = new HashSet<>();
    private Application app;
    private BluetoothAdapter adapter;

    @Test
    public void runsUntilItIsKilled() throws Exception {
        app = RuntimeEnvironment.getApplication();
        adapter = app.getSystemService(BluetoothManager.class).getAdapter();
        shadowOf(app.getPackageManager()).setSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE, true);
        shadowOf(adapter).setEnabled(true);
        shadowOf(app).grantPermissions(Question.NEARBY.permissions());
        shadowOf(app).grantPermissions("android.permission.POST_NOTIFICATIONS");
        Engine.firstPauseMs = 100;
        Engine.longestPauseMs = 100;
        Engine.launcher = WholeApp::launch;
        Method parse = ScanRecord.class.getDeclaredMethod("parseFromBytes", byte[].class);
        new Thread(() -> hear(parse), "air").start();

        String link = System.getProperty("bluezone.link");
        if (!link.isEmpty()) { // with the app closed
            Intent tapped = new Intent(Intent.ACTION_VIEW, Uri.parse(link));
            Robolectric.buildActivity(LinkActivity.class, tapped).create();
        }
        MainActivity activity =
                Robolectric.buildActivity(MainActivity.class).create().start().resume().get();
        Intent started = shadowOf(app).getNextStartedService();
        say("SERVICE " + started.getComponent().getClassName());
        Robolectric.buildService(PhoneService.class, started).create().startCommand(0, 1);
        WebView web = (WebView)
                ((ViewGroup) ((ViewGroup) activity.findViewById(android.R.id.content)).getChildAt(0)).getChildAt(0);
        while (true) {
            ShadowLooper.idleMainLooper(TURN_MS, TimeUnit.MILLISECONDS);
            look(web);
            Thread.sleep(TURN_MS);
        }
    }

    /** As Shim does on a telephone, with the shim that was compiled for this machine. */
    private static Process launch(Context app, Map<String, String> environment) throws IOException {
        ProcessBuilder program = new ProcessBuilder(
                System.getProperty("bluezone.shim"),
                System.getProperty("bluezone.python"),
                System.getProperty("bluezone.phone"));
        program.environment().putAll(environment);
        program.environment().put("LD_LIBRARY_PATH", System.getProperty("bluezone.libraries"));
        program.environment().put("BLUEZONE_SCRIPT", System.getProperty("bluezone.script"));
        Process started = program.redirectErrorStream(true).start();
        System.out.println("ENGINE " + started.pid());
        return started;
    }

    private void look(WebView web) {
        String address = shadowOf(web).getLastLoadedUrl();
        if (address != null && address.startsWith("http")) {
            say("SCREENS " + address);
        }
        ShadowBluetoothLeAdvertiser air = Shadow.extract(adapter.getBluetoothLeAdvertiser());
        if (air.getAdvertisementRequestCount() > 0) {
            say("SENDING");
        }
        for (Notification shown :
                shadowOf(app.getSystemService(NotificationManager.class)).getAllNotifications()) {
            say("NOTICE " + shown.getChannelId() + " | " + shown.extras.getCharSequence(Notification.EXTRA_TITLE) + " | "
                    + shown.extras.getCharSequence(Notification.EXTRA_TEXT));
        }
    }

    /** Hands on what is on the air, as Android does: on another thread than the main one, while somebody listens. */
    private void hear(Method parse) {
        Scanner lines = new Scanner(System.in, "UTF-8");
        while (lines.hasNextLine()) {
            String[] parts = lines.nextLine().split(" ");
            ShadowBluetoothLeScanner scanner = Shadow.extract(adapter.getBluetoothLeScanner());
            for (ScanCallback listening : new ArrayList<>(scanner.getScanCallbacks())) {
                listening.onScanResult(1, result(parse, parts[0], Integer.parseInt(parts[1]), parts[2]));
            }
        }
    }

    private ScanResult result(Method parse, String address, int rssiDbm, String hexadecimal) {
        byte[] record = new byte[hexadecimal.length() / 2];
        for (int at = 0; at < record.length; at++) {
            record[at] = (byte) Integer.parseInt(hexadecimal.substring(2 * at, 2 * at + 2), 16);
        }
        try {
            ScanRecord parsed = (ScanRecord) parse.invoke(null, (Object) record);
            return new ScanResult(adapter.getRemoteDevice(address), parsed, rssiDbm, 0L);
        } catch (ReflectiveOperationException error) {
            throw new AssertionError(error);
        }
    }

    private void say(String line) {
        if (said.add(line)) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
