"""A bluetoothd for python3-dbusmock, run by the system's Python: `python3 -m dbusmock --system --template THIS`.

It has an adapter, LEAdvertisingManager1 (which reads the registered object back, as bluetoothd does), and discovery.
`bluezone.Mock` on / is the tests' remote control.
"""

import json
import time

import dbus
from dbusmock import OBJECT_MANAGER_IFACE, mockobject

BUS_NAME = "org.bluez"
MAIN_OBJ = "/"
SYSTEM_BUS = True
IS_OBJECT_MANAGER = True

CONTROL = "bluezone.Mock"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
MANAGER, ADVERTISEMENT = "org.bluez.LEAdvertisingManager1", "org.bluez.LEAdvertisement1"
PATH = "/org/bluez/hci0"

state = {"on_air": {}, "history": [], "refuse": "", "slow_s": 0.0, "filters": []}


def load(mock, parameters):
    powered = bool(parameters.get("powered", True))
    mock.AddMethods(
        CONTROL,
        [
            ("SetPowered", "b", "", set_powered),
            ("State", "", "s", lambda _: json.dumps(state)),
            ("Refuse", "s", "", refuse),
            ("SlowDown", "d", "", slow_down),
            ("Hear", "snsay", "", hear),
            ("HearMany", "ii", "", hear_many),
            ("ReleaseAll", "", "", release_all),
            ("Unplug", "", "", unplug),
        ],
    )
    if parameters.get("adapters", 1):
        mock.AddObject(
            PATH,
            ADAPTER,
            {"Address": "00:11:22:33:44:55", "Powered": dbus.Boolean(powered), "Discovering": dbus.Boolean(False)},
            [
                ("StartDiscovery", "", "", start_discovery),
                ("StopDiscovery", "", "", stop_discovery),
                ("SetDiscoveryFilter", "a{sv}", "", set_filter),
            ],
        )
        if parameters.get("advertises", True):
            mockobject.objects[PATH].AddMethods(
                MANAGER,
                [("RegisterAdvertisement", "oa{sv}", "", register), ("UnregisterAdvertisement", "o", "", unregister)],
            )
            mockobject.objects[PATH].AddProperties(MANAGER, {"ActiveInstances": dbus.Byte(0)})


def failure(name, text):
    return dbus.exceptions.DBusException(text, name=f"org.bluez.Error.{name}")


# --- advertising --------------------------------------------------------------------------------------


def register(adapter, path, _options):
    if state["refuse"]:
        raise failure(state["refuse"], "refused by the test")
    if not adapter.props[ADAPTER]["Powered"]:
        raise failure("NotReady", "Resource Not Ready")
    if path in state["on_air"]:
        raise failure("AlreadyExists", "Already Exists")
    properties = read_back(path)
    if properties is None:
        raise failure("Failed", "the object cannot be read")
    state["on_air"][str(path)] = properties
    state["history"].append(properties)


def unregister(_adapter, path):
    if path not in state["on_air"]:
        raise failure("DoesNotExist", "Does Not Exist")
    del state["on_air"][str(path)]
    state["history"].append(None)


def read_back(path):
    """dbusmock does not tell who called: ask everybody on the bus for the object."""
    bus = dbus.SystemBus()
    for name in others(bus):
        try:
            reader = dbus.Interface(bus.get_object(name, path, introspect=False), dbus.PROPERTIES_IFACE)
            return plain(reader.GetAll(ADVERTISEMENT, timeout=5))
        except dbus.exceptions.DBusException:
            continue
    return None


def others(bus):
    """Everybody on the bus but this process, which could not answer itself."""
    own = {bus.get_unique_name(), bus.get_name_owner("org.bluez")}
    return [name for name in bus.list_names() if name.startswith(":") and name not in own]


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, dbus.Array) and value.signature == "y":
        return bytes(bytearray(value)).hex()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return int(value) if isinstance(value, int) else str(value)


def release_all(_mock):
    bus = dbus.SystemBus()
    for path in list(state["on_air"]):
        del state["on_air"][path]
        for name in others(bus):
            try:
                dbus.Interface(bus.get_object(name, path, introspect=False), ADVERTISEMENT).Release(timeout=5)
            except dbus.exceptions.DBusException:
                continue


def refuse(_mock, name):
    state["refuse"] = str(name)


def slow_down(_mock, seconds):
    """How long the beginning of a scan takes."""
    state["slow_s"] = float(seconds)


# --- the adapter --------------------------------------------------------------------------------------


def set_powered(_mock, powered):
    adapter = mockobject.objects[PATH]
    if not powered:
        state["on_air"].clear()
    adapter.UpdateProperties(ADAPTER, {"Powered": dbus.Boolean(powered), "Discovering": dbus.Boolean(False)})


def unplug(mock):
    mock.RemoveObject(PATH)
    mock.EmitSignal(OBJECT_MANAGER_IFACE, "InterfacesRemoved", "oas", [dbus.ObjectPath(PATH), [ADAPTER, MANAGER]])


def start_discovery(adapter):
    if not adapter.props[ADAPTER]["Powered"]:
        raise failure("NotReady", "Resource Not Ready")
    time.sleep(state["slow_s"])
    if adapter.props[ADAPTER]["Discovering"]:
        raise failure("InProgress", "Operation already in progress")
    adapter.UpdateProperties(ADAPTER, {"Discovering": dbus.Boolean(True)})


def stop_discovery(adapter):
    if not adapter.props[ADAPTER]["Powered"]:
        raise failure("NotReady", "Resource Not Ready")
    adapter.UpdateProperties(ADAPTER, {"Discovering": dbus.Boolean(False)})


def set_filter(_adapter, filters):
    state["filters"].append(plain(filters))


# --- what is heard ------------------------------------------------------------------------------------


def hear(mock, address, rssi, uuid, data):
    """An advertisement with service data: the first makes an object, later ones change it."""
    path = f"{PATH}/dev_{address.replace(':', '_')}"
    changed = {
        "RSSI": dbus.Int16(rssi),
        "ServiceData": dbus.Dictionary({uuid: dbus.Array(data, signature="y")}, signature="sv"),
    }
    if path in mockobject.objects:
        signal = ("PropertiesChanged", "sa{sv}as", [DEVICE, changed, dbus.Array([], signature="s")])
        mockobject.objects[path].EmitSignal(dbus.PROPERTIES_IFACE, *signal)
        return
    properties = changed | {
        "Address": address,
        "Alias": address.replace(":", "-"),
        "UUIDs": dbus.Array([uuid], signature="s"),
        "Adapter": dbus.ObjectPath(PATH),
    }
    mock.AddObject(path, DEVICE, properties, [])
    mock.EmitSignal(
        OBJECT_MANAGER_IFACE, "InterfacesAdded", "oa{sa{sv}}", [dbus.ObjectPath(path), {DEVICE: properties}]
    )


def hear_many(mock, count, rssi):
    """That many phones at once, without making objects of them (which the mock is slow at)."""
    uuid = "0000fd6f-0000-1000-8000-00805f9b34fb"
    for number in range(count):
        octets = number.to_bytes(6, "big")
        address = ":".join(f"{octet:02X}" for octet in octets)
        data = dbus.Array(list(number.to_bytes(16, "big") + bytes(4)), signature="y")
        properties = {
            "RSSI": dbus.Int16(rssi),
            "ServiceData": dbus.Dictionary({uuid: data}, signature="sv"),
            "Address": address,
            "Alias": address.replace(":", "-"),
            "UUIDs": dbus.Array([uuid], signature="s"),
            "Adapter": dbus.ObjectPath(PATH),
        }
        path = dbus.ObjectPath(f"{PATH}/dev_{address.replace(':', '_')}")
        mock.EmitSignal(OBJECT_MANAGER_IFACE, "InterfacesAdded", "oa{sa{sv}}", [path, {DEVICE: properties}])
