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
import android.content.Intent;
import android.net.Uri;
import android.view.ViewGroup;
import android.webkit.WebView;
import com.chaquo.python.GenericPlatform;
import com.chaquo.python.PyObject;
import com.chaquo.python.Python;
import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
 * The whole app on a desktop: activity, service and radio of the app, the real bridge, the real Python; only Android below
 * is Robolectric's. It runs until it is killed, and says on standard output what a person would see. What is near comes
 * from tests/mobile/whole/rehearsed.py, which tests/mobile/test_whole_app.py gives a script.
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
        shadowOf(adapter).setEnabled(true);
        shadowOf(app).grantPermissions(Question.NEARBY.permissions());
        shadowOf(app).grantPermissions("android.permission.POST_NOTIFICATIONS");
        keepFilesIn(new File(System.getProperty("bluezone.files")).toPath());
        Python.start(new GenericPlatform().setPath(System.getProperty("bluezone.python")));
        PyObject script = Python.getInstance().getModule("rehearsed");
        script.callAttr("prepare", System.getProperty("bluezone.script"));

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
            listen(script);
            Thread.sleep(TURN_MS);
        }
    }

    /** What the app keeps outlives this process, as on a telephone. */
    private void keepFilesIn(Path folder) throws Exception {
        Path files = app.getFilesDir().toPath();
        Files.delete(files);
        Files.createSymbolicLink(files, folder);
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

    /** Hands on what the script says is on the air, as Android does: on another thread than the main one. */
    private void listen(PyObject script) throws Exception {
        ShadowBluetoothLeScanner scanner = Shadow.extract(adapter.getBluetoothLeScanner());
        ArrayList<ScanCallback> listening = new ArrayList<>(scanner.getScanCallbacks());
        if (listening.isEmpty()) {
            return;
        }
        Method parse = ScanRecord.class.getDeclaredMethod("parseFromBytes", byte[].class);
        Thread air = new Thread(() -> {
            for (PyObject heard : script.callAttr("on_air").asList()) {
                String[] parts = heard.toString().split(" ");
                listening.get(0).onScanResult(1, result(parse, parts[0], Integer.parseInt(parts[1]), parts[2]));
            }
        });
        air.start();
        air.join();
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
