package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.KeyguardManager;
import android.app.Notification;
import android.app.NotificationManager;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.content.pm.ServiceInfo;
import android.os.Build;
import android.os.PowerManager;
import com.chaquo.python.PyObject;
import com.chaquo.python.Python;
import java.util.Arrays;
import java.util.Collections;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ServiceController;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowPowerManager;

@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = {26, 29, 35})
public class PhoneServiceTest {
    private Application app;

    @Before
    public void begin() throws Exception {
        Engine.stop().get();
        Python.reset();
        app = RuntimeEnvironment.getApplication();
    }

    @Test
    public void itIsInTheForegroundBeforePythonStarts() throws Exception {
        ServiceController<PhoneService> service = Robolectric.buildService(PhoneService.class);
        boolean[] before = {false};
        Python.onStart = () -> before[0] = shadowOf(service.get()).getLastForegroundNotification() != null;
        service.create();
        Engine.start(app).get(); // after the service's own
        assertTrue(before[0]);
        assertEquals(Arrays.asList("import bluezone_mobile.service", "start"), Python.module.called.subList(0, 2));
    }

    @Test
    public void itStaysUntilItIsStoppedAndTheProcessorWithIt() throws Exception {
        ServiceController<PhoneService> service = Robolectric.buildService(PhoneService.class).create();
        Notification shown = shadowOf(service.get()).getLastForegroundNotification();
        assertEquals(PhoneService.CHANNEL, shown.getChannelId());
        assertTrue((shown.flags & Notification.FLAG_ONGOING_EVENT) != 0);
        NotificationManager manager = app.getSystemService(NotificationManager.class);
        assertEquals(
                NotificationManager.IMPORTANCE_LOW,
                manager.getNotificationChannel(PhoneService.CHANNEL).getImportance());
        if (Build.VERSION.SDK_INT >= 29) {
            assertEquals(
                    ServiceInfo.FOREGROUND_SERVICE_TYPE_CONNECTED_DEVICE, service.get().getForegroundServiceType());
        }
        assertEquals(Service.START_STICKY, service.get().onStartCommand(null, 0, 1)); // Android starts it anew
        assertTrue(ShadowPowerManager.getLatestWakeLock().isHeld());
        service.destroy();
        assertFalse(ShadowPowerManager.getLatestWakeLock().isHeld());
        Engine.stop().get(); // after the service's own, and then nothing is left to stop
        assertEquals(1, Collections.frequency(Python.module.called, "stop"));
    }

    /** As Python does from its thread: with what the service handed to it, which must be no screen. */
    @Test
    public void aWarningIsPostedWithNoScreenOpenAndTheTelephoneLocked() throws Exception {
        ShadowPowerManager power = shadowOf(app.getSystemService(PowerManager.class));
        power.turnScreenOn(false);
        shadowOf(app.getSystemService(KeyguardManager.class)).setKeyguardLocked(true);
        PyObject phone = Python.module;
        phone.onCall = () -> new Notices((Context) phone.arguments[0]).show("a", "b", "/exposure/1", true, true);
        Robolectric.buildService(PhoneService.class).create();
        Engine.start(app).get(); // after the service's own
        phone.onCall = () -> {};
        assertTrue(phone.arguments[0] instanceof Application);
        assertNull(shadowOf(app).getNextStartedActivity());
        NotificationManager manager = app.getSystemService(NotificationManager.class);
        assertTrue(shadowOf(manager).getAllNotifications().stream()
                .anyMatch(each -> Notices.URGENT.equals(each.getChannelId())));
    }

    @Test
    public void aRestartAndAnUpdateStartItAndNothingElseDoes() {
        shadowOf(app).grantPermissions("android.permission.BLUETOOTH_SCAN");
        for (String action : new String[] {Intent.ACTION_BOOT_COMPLETED, Intent.ACTION_MY_PACKAGE_REPLACED}) {
            new BootReceiver().onReceive(app, new Intent(action));
            Intent started = shadowOf(app).getNextStartedService();
            assertNotNull(action, started);
            assertEquals(PhoneService.class.getName(), started.getComponent().getClassName());
        }
        new BootReceiver().onReceive(app, new Intent(Intent.ACTION_AIRPLANE_MODE_CHANGED));
        new BootReceiver().onReceive(app, null);
        assertNull(shadowOf(app).getNextStartedService());
    }

    @Test
    @Config(sdk = 35)
    public void withoutThePermissionItIsNotStarted() {
        shadowOf(app).denyPermissions("android.permission.BLUETOOTH_SCAN");
        new BootReceiver().onReceive(app, new Intent(Intent.ACTION_BOOT_COMPLETED));
        assertNull(shadowOf(app).getNextStartedService());
    }
}
