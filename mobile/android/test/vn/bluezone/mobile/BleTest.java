package vn.bluezone.mobile;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.bluetooth.BluetoothAdapter;
import android.bluetooth.BluetoothManager;
import android.bluetooth.le.AdvertiseCallback;
import android.bluetooth.le.ScanCallback;
import android.bluetooth.le.ScanRecord;
import android.bluetooth.le.ScanResult;
import android.bluetooth.le.ScanSettings;
import android.content.pm.PackageManager;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadow.api.Shadow;
import org.robolectric.shadows.ShadowBluetoothAdapter;
import org.robolectric.shadows.ShadowBluetoothLeAdvertiser;
import org.robolectric.shadows.ShadowBluetoothLeScanner;
import org.robolectric.shadows.ShadowLooper;

@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = {26, 35})
public class BleTest {
    private static final String EN = "0000fd6f-0000-1000-8000-00805f9b34fb";
    private static final String OLD = "0000fe41-0000-1000-8000-00805f9b34fb";
    private static final byte[] RECORD = {3, 3, 0x6f, (byte) 0xfd, 7, 0x16, 0x6f, (byte) 0xfd, 1, 2, 3, 4};

    /** What Python is on a telephone. */
    private static final class Told implements Ble.Listener {
        final List<String> heard = new ArrayList<>();
        final List<byte[]> records = new ArrayList<>();
        final List<Integer> advertised = new ArrayList<>();
        final List<Integer> failed = new ArrayList<>();

        @Override
        public void heard(String address, int rssiDbm, byte[] record) {
            heard.add(address + " " + rssiDbm);
            records.add(record);
        }

        @Override
        public void advertised(int code) {
            advertised.add(code);
        }

        @Override
        public void scanFailed(int code) {
            failed.add(code);
        }
    }

    private final Told told = new Told();
    private Application app;
    private BluetoothAdapter adapter;
    private Ble ble;

    @Before
    public void begin() {
        app = RuntimeEnvironment.getApplication();
        adapter = app.getSystemService(BluetoothManager.class).getAdapter();
        shadowOf(adapter).setEnabled(true);
        shadowOf(app.getPackageManager()).setSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE, true);
        ble = new Ble(app, told);
    }

    @After
    public void end() {
        ShadowBluetoothAdapter.setIsBluetoothSupported(true);
    }

    private ShadowBluetoothLeScanner scanner() {
        return Shadow.extract(adapter.getBluetoothLeScanner());
    }

    private ShadowBluetoothLeAdvertiser air() {
        return Shadow.extract(adapter.getBluetoothLeAdvertiser());
    }

    private ScanResult result(byte[] record, int rssiDbm) throws Exception {
        Method parse = ScanRecord.class.getDeclaredMethod("parseFromBytes", byte[].class);
        return new ScanResult(
                adapter.getRemoteDevice("C0:11:22:33:44:55"),
                record == null ? null : (ScanRecord) parse.invoke(null, (Object) record),
                rssiDbm,
                0L);
    }

    // --- the scanner ----------------------------------------------------------------------------------

    @Test
    public void itScansWithoutAPauseForBothServicesSinceAndroidWithTheScreenOffWantsAFilter() {
        ble.startScanning(new String[] {EN, OLD});
        assertEquals(1, scanner().getActiveScans().size());
        ShadowBluetoothLeScanner.ScanParams scan = scanner().getActiveScans().iterator().next();
        List<String> services = new ArrayList<>();
        scan.scanFilters().forEach(filter -> services.add(filter.getServiceUuid().toString()));
        assertEquals(List.of(EN, OLD), services);
        assertEquals(ScanSettings.SCAN_MODE_LOW_LATENCY, scan.scanSettings().getScanMode());
        assertEquals(0, scan.scanSettings().getReportDelayMillis());
        ble.startScanning(new String[] {EN}); // in the place of the one before
        assertEquals(1, scanner().getActiveScans().size());
        ble.stopScanning();
        ble.stopScanning();
        assertTrue(scanner().getActiveScans().isEmpty());
    }

    @Test
    public void eachResultIsTold() throws Exception {
        ble.startScanning(new String[] {EN});
        ScanCallback android = scanner().getScanCallbacks().iterator().next();
        android.onScanResult(ScanSettings.CALLBACK_TYPE_ALL_MATCHES, result(RECORD, -61));
        android.onBatchScanResults(List.of(result(RECORD, -70), result(null, -71)));
        assertEquals(List.of("C0:11:22:33:44:55 -61", "C0:11:22:33:44:55 -70"), told.heard);
        assertArrayEquals(RECORD, told.records.get(0));
        android.onScanFailed(6);
        assertEquals(List.of(6), told.failed);
    }

    // --- the advertiser -------------------------------------------------------------------------------

    @Test
    public void aRotationTakesThePlaceOfTheAdvertisementBefore() {
        assertTrue(ble.canAdvertise());
        for (int rotation = 0; rotation < 2; rotation++) {
            ble.startAdvertising(EN, new byte[20], 0, new byte[0]);
            ShadowLooper.idleMainLooper();
            assertEquals(1, air().getAdvertisementRequestCount());
        }
        assertEquals(List.of(0, 0), told.advertised);
        ble.stopAdvertising();
        assertEquals(0, air().getAdvertisementRequestCount());
        ble.stopAdvertising();
    }

    @Test
    public void whatAndroidRefusesIsToldWithItsCode() {
        ble.startAdvertising(EN, new byte[40], 0, new byte[0]);
        ShadowLooper.idleMainLooper();
        assertEquals(Collections.singletonList(AdvertiseCallback.ADVERTISE_FAILED_DATA_TOO_LARGE), told.advertised);
    }

    // --- telephones that cannot -----------------------------------------------------------------------

    @Test
    public void aTelephoneWithoutBluetoothSaysSoAndStoppingIsNoError() {
        ShadowBluetoothAdapter.setIsBluetoothSupported(false);
        isNotThere(new Ble(app, told));
    }

    @Test
    public void bluetoothWithoutLowEnergyIsNone() {
        shadowOf(app.getPackageManager()).setSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE, false);
        isNotThere(new Ble(app, told));
    }

    private static void isNotThere(Ble none) {
        assertFalse(none.isPresent());
        assertFalse(none.isOn());
        assertFalse(none.canAdvertise());
        none.stopAdvertising();
        none.stopScanning();
    }

    @Test
    public void switchedOffIsOff() {
        shadowOf(adapter).setEnabled(false);
        assertTrue(ble.isPresent());
        assertFalse(ble.isOn());
        assertFalse(ble.canAdvertise());
        ble.stopAdvertising();
        ble.stopScanning();
    }
}
