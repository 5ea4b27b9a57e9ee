package vn.bluezone.mobile;

import android.bluetooth.BluetoothAdapter;
import android.bluetooth.BluetoothManager;
import android.bluetooth.le.AdvertiseCallback;
import android.bluetooth.le.AdvertiseData;
import android.bluetooth.le.AdvertiseSettings;
import android.bluetooth.le.BluetoothLeAdvertiser;
import android.bluetooth.le.BluetoothLeScanner;
import android.bluetooth.le.ScanCallback;
import android.bluetooth.le.ScanFilter;
import android.bluetooth.le.ScanRecord;
import android.bluetooth.le.ScanResult;
import android.bluetooth.le.ScanSettings;
import android.content.Context;
import android.content.pm.PackageManager;
import android.os.ParcelUuid;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of Android's Bluetooth that wants sub-classes of its callbacks, for bluezone_mobile/android_radio.py.
 * Nothing is decided here: Python says what goes on the air, and is told of every result, on the thread it comes on.
 */
public final class Ble {
    /** Who is told of what Android says, on any thread. */
    public interface Listener {
        void heard(String address, int rssiDbm, byte[] record);

        /** 0, or the error code of AdvertiseCallback. */
        void advertised(int code);

        /** The error code of ScanCallback. */
        void scanFailed(int code);
    }

    private final BluetoothAdapter adapter;
    private final Listener listener;
    private AdvertiseCallback advertising;
    private ScanCallback scanning;

    public Ble(Context context, Listener listener) {
        boolean lowEnergy = context.getPackageManager().hasSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE);
        BluetoothManager manager = (BluetoothManager) context.getSystemService(Context.BLUETOOTH_SERVICE);
        this.adapter = lowEnergy && manager != null ? manager.getAdapter() : null;
        this.listener = listener;
    }

    public boolean isPresent() {
        return adapter != null;
    }

    public boolean isOn() {
        return adapter != null && adapter.isEnabled();
    }

    public boolean canAdvertise() {
        return isOn() && adapter.getBluetoothLeAdvertiser() != null;
    }

    /** Not connectable, for ever, about every 250 ms. The stack draws a new private address for each start. */
    public void startAdvertising(String uuid, byte[] serviceData, int company, byte[] manufacturerData) {
        stopAdvertising();
        BluetoothLeAdvertiser advertiser = adapter.getBluetoothLeAdvertiser();
        AdvertiseSettings settings = new AdvertiseSettings.Builder()
                .setAdvertiseMode(AdvertiseSettings.ADVERTISE_MODE_BALANCED)
                .setTxPowerLevel(AdvertiseSettings.ADVERTISE_TX_POWER_LOW)
                .setConnectable(false)
                .setTimeout(0)
                .build();
        AdvertiseData.Builder data = new AdvertiseData.Builder()
                .setIncludeDeviceName(false)
                .setIncludeTxPowerLevel(false)
                .addServiceUuid(ParcelUuid.fromString(uuid));
        if (serviceData.length > 0) {
            data.addServiceData(ParcelUuid.fromString(uuid), serviceData);
        }
        if (manufacturerData.length > 0) {
            data.addManufacturerData(company, manufacturerData);
        }
        advertising = new AdvertiseCallback() {
            @Override
            public void onStartSuccess(AdvertiseSettings inEffect) {
                listener.advertised(0);
            }

            @Override
            public void onStartFailure(int code) {
                listener.advertised(code);
            }
        };
        advertiser.startAdvertising(settings, data.build(), advertising);
    }

    public void stopAdvertising() {
        BluetoothLeAdvertiser advertiser = adapter == null ? null : adapter.getBluetoothLeAdvertiser();
        if (advertising != null && advertiser != null) {
            advertiser.stopAdvertising(advertising);
        }
        advertising = null;
    }

    /** Without a pause and without batching; a filter, since Android scans with the screen off only for filters. */
    public void startScanning(String[] uuids) {
        stopScanning();
        List<ScanFilter> filters = new ArrayList<>();
        for (String uuid : uuids) {
            filters.add(new ScanFilter.Builder().setServiceUuid(ParcelUuid.fromString(uuid)).build());
        }
        ScanSettings settings = new ScanSettings.Builder()
                .setScanMode(ScanSettings.SCAN_MODE_LOW_LATENCY)
                .setReportDelay(0)
                .build();
        scanning = new ScanCallback() {
            @Override
            public void onScanResult(int kind, ScanResult result) {
                hear(result);
            }

            @Override
            public void onBatchScanResults(List<ScanResult> results) {
                for (ScanResult result : results) {
                    hear(result);
                }
            }

            @Override
            public void onScanFailed(int code) {
                listener.scanFailed(code);
            }
        };
        adapter.getBluetoothLeScanner().startScan(filters, settings, scanning);
    }

    private void hear(ScanResult result) {
        ScanRecord record = result.getScanRecord();
        if (record != null && record.getBytes() != null) {
            listener.heard(result.getDevice().getAddress(), result.getRssi(), record.getBytes());
        }
    }

    public void stopScanning() {
        BluetoothLeScanner scanner = adapter == null ? null : adapter.getBluetoothLeScanner();
        if (scanning != null && scanner != null) {
            scanner.stopScan(scanning);
        }
        scanning = null;
    }
}
