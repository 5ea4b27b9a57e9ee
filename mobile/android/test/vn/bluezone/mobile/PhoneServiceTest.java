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
import android.content.Intent;
import android.content.pm.ServiceInfo;
import android.os.Build;
import android.os.PowerManager;
import org.junit.After;
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
    private FakeEngine engine;

    @Before
    public void begin() throws Exception {
        engine = FakeEngine.install();
        app = RuntimeEnvironment.getApplication();
    }

    @After
    public void end() throws Exception {
        FakeEngine.stop();
    }

    @Test
    public void itIsInTheForegroundBeforeTheEngineStarts() throws Exception {
        ServiceController<PhoneService> service = Robolectric.buildService(PhoneService.class);
        boolean[] before = {false};
        engine.onLaunch = () -> before[0] = shadowOf(service.get()).getLastForegroundNotification() != null;
        service.create();
        engine.greet();
        assertTrue(before[0]);
    }

    @Test
    public void itStaysUntilItIsStoppedAndTheProcessorWithIt() throws Exception {
        ServiceController<PhoneService> service = Robolectric.buildService(PhoneService.class).create();
        engine.greet();
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
        assertNull(engine.hear()); // the connection ends, and the engine with it
    }

    @Test
    public void aWarningIsPostedWithNoScreenOpenAndTheTelephoneLocked() throws Exception {
        ShadowPowerManager power = shadowOf(app.getSystemService(PowerManager.class));
        power.turnScreenOn(false);
        shadowOf(app.getSystemService(KeyguardManager.class)).setKeyguardLocked(true);
        Robolectric.buildService(PhoneService.class).create();
        engine.greet().ask("show_notice", "\"title\":\"a\",\"text\":\"b\",\"path\":\"/1\",\"urgent\":true,\"rings\":true");
        assertTrue(engine.context instanceof Application);
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
