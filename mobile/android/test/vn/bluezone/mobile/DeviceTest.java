package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.content.Intent;
import android.os.Build;
import android.os.PowerManager;
import android.provider.Settings;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowBuild;

@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = {26, 35})
public class DeviceTest {
    private static final String NOTICES = "android.permission.POST_NOTIFICATIONS";
    private Application app;
    private Device device;

    @Before
    public void begin() {
        app = RuntimeEnvironment.getApplication();
        device = new Device(app);
    }

    @Test
    public void theBatterySaverIsSaidAndTheExceptionAskedFor() {
        assertTrue(device.sparesBattery());
        device.openPanel("battery");
        Intent asked = shadowOf(app).getNextStartedActivity();
        assertEquals(Settings.ACTION_REQUEST_IGNORE_BATTERY_OPTIMIZATIONS, asked.getAction());
        assertEquals("package:" + app.getPackageName(), asked.getDataString());
        shadowOf(app.getSystemService(PowerManager.class)).setIgnoringBatteryOptimizations(app.getPackageName(), true);
        assertFalse(device.sparesBattery());
    }

    @Test
    public void whereAMakerTookTheQuestionAwayNothingFails() {
        shadowOf(app).checkActivities(true);
        device.openPanel("battery");
        device.openPanel("notices");
        assertNull(shadowOf(app).getNextStartedActivity());
    }

    @Test
    public void theSettingsOfNoticesAreThoseOfThisApp() {
        device.openPanel("notices");
        Intent shown = shadowOf(app).getNextStartedActivity();
        assertEquals(Settings.ACTION_APP_NOTIFICATION_SETTINGS, shown.getAction());
        assertEquals(app.getPackageName(), shown.getStringExtra(Settings.EXTRA_APP_PACKAGE));
    }

    @Test
    public void android13AndLaterAskAndEarlierOnesNeedNot() {
        shadowOf(app).denyPermissions(NOTICES);
        device.askForNotices();
        Intent asked = shadowOf(app).getNextStartedActivity();
        if (Build.VERSION.SDK_INT < 33) {
            assertNull(asked);
            return;
        }
        assertEquals(AskActivity.class.getName(), asked.getComponent().getClassName());
        AskActivity question = Robolectric.buildActivity(AskActivity.class).create().get();
        assertNotNull(shadowOf(question).getLastRequestedPermission());
        assertEquals(NOTICES, shadowOf(question).getLastRequestedPermission().requestedPermissions[0]);
        question.onRequestPermissionsResult(1, new String[] {NOTICES}, new int[] {0});
        assertTrue(question.isFinishing());
        shadowOf(app).clearNextStartedActivities();
        shadowOf(app).grantPermissions(NOTICES);
        device.askForNotices();
        assertNull(shadowOf(app).getNextStartedActivity());
    }

    @Test
    public void theMakerIsAsItNamesItself() {
        ShadowBuild.setManufacturer("Xiaomi");
        assertEquals("Xiaomi", device.maker());
    }
}
