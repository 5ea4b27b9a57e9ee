package vn.bluezone.mobile;

import static vn.bluezone.mobile.Wire.put;

import android.bluetooth.le.AdvertiseCallback;
import android.content.Context;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** Does what the engine asks (bluezone_mobile/protocol.json), and tells it what Android's radio hears. */
final class Requests implements Wire.App, Ble.Listener {
    private final Wire wire;
    private final Ble ble;
    private final Device device;
    private final Notices notices;
    private Wire.Later advertised;

    Requests(Context app, Wire wire) {
        this.wire = wire;
        ble = new Ble(app, this);
        device = new Device(app);
        notices = new Notices(app);
    }

    @Override
    public JSONObject asked(String name, JSONObject fields, Wire.Later later) throws JSONException {
        JSONObject answer = new JSONObject();
        switch (name) {
            case "radio":
                return answer.put("present", ble.isPresent())
                        .put("on", ble.isOn())
                        .put("advertises", ble.canAdvertise());
            case "advertise":
                advertise(fields, later);
                return null;
            case "stop_advertising":
                ble.stopAdvertising();
                return answer;
            case "scan":
                JSONArray uuids = fields.getJSONArray("uuids");
                String[] wanted = new String[uuids.length()];
                for (int at = 0; at < wanted.length; at++) {
                    wanted[at] = uuids.getString(at);
                }
                ble.startScanning(wanted);
                return answer;
            case "stop_scanning":
                ble.stopScanning();
                return answer;
            case "device":
                return answer.put("maker", device.maker())
                        .put("battery_percent", device.batteryPercent())
                        .put("charging", device.isCharging())
                        .put("screen_on", device.isScreenOn())
                        .put("spares_battery", device.sparesBattery());
            case "open_panel":
                device.openPanel(fields.getString("panel"));
                return answer;
            case "ask_for_notices":
                device.askForNotices();
                return answer;
            case "notices":
                return answer.put("allowed", notices.isAllowed()).put("since_ms", notices.shownSinceMs());
            case "show_notice":
                notices.show(
                        fields.getString("title"),
                        fields.getString("text"),
                        fields.getString("path"),
                        fields.getBoolean("urgent"),
                        fields.getBoolean("rings"));
                return answer;
            case "withdraw_notice":
                notices.withdraw();
                return answer;
            default:
                throw new UnsupportedOperationException(name);
        }
    }

    /** Android answers when it has begun, or refused to. */
    private void advertise(JSONObject fields, Wire.Later later) throws JSONException {
        advertised(AdvertiseCallback.ADVERTISE_FAILED_ALREADY_STARTED); // who asked before, and waits yet
        synchronized (this) {
            advertised = later;
        }
        try {
            ble.startAdvertising(
                    fields.getString("uuid"),
                    bytes(fields.getString("service_data")),
                    fields.getInt("company"),
                    bytes(fields.getString("manufacturer_data")));
        } catch (RuntimeException refused) {
            synchronized (this) {
                advertised = null;
            }
            throw refused;
        }
    }

    @Override
    public void told(String name, JSONObject fields) {
        if (name.equals("screens")) {
            Engine.answersAt(fields.optString("address"));
        } else if (name.equals("ended")) {
            Engine.ended(fields.optString("words"));
        }
    }

    /** The engine is gone: nothing goes on the air for it any more. */
    void end() {
        try {
            ble.stopScanning();
            ble.stopAdvertising();
        } catch (RuntimeException off) {
            // Bluetooth is off, or its permission gone, and with it what was sent
        }
    }

    // --- Android's radio, on its own threads ----------------------------------------------------------

    @Override
    public void heard(String address, int rssiDbm, byte[] record) {
        JSONObject event = put(put(new JSONObject(), "tell", "heard"), "address", address);
        wire.tell(put(put(event, "rssi_dbm", rssiDbm), "record", Wire.hexadecimal(record)));
    }

    @Override
    public void advertised(int code) {
        Wire.Later waiting;
        synchronized (this) {
            waiting = advertised;
            advertised = null;
        }
        if (waiting != null) {
            waiting.is(put(new JSONObject(), "code", code));
        }
    }

    @Override
    public void scanFailed(int code) {
        wire.tell(put(put(new JSONObject(), "tell", "scan_failed"), "code", code));
    }

    private static byte[] bytes(String hexadecimal) {
        byte[] bytes = new byte[hexadecimal.length() / 2];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) Integer.parseInt(hexadecimal.substring(2 * at, 2 * at + 2), 16);
        }
        return bytes;
    }
}
