package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.content.Intent;
import android.os.SystemClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = {26, 35}, qualifiers = "vi")
public class NoticesTest {
    private Application app;
    private NotificationManager manager;
    private Notices notices;

    @Before
    public void begin() {
        app = RuntimeEnvironment.getApplication();
        manager = app.getSystemService(NotificationManager.class);
        notices = new Notices(app);
    }

    @After
    public void end() {
        Notices.setOpener(path -> {}); // takes what waits
        Notices.setOpener(null);
    }

    private Notification shown() {
        List<Notification> all = shadowOf(manager).getAllNotifications();
        assertEquals(1, all.size());
        return all.get(0);
    }

    private static String title(Notification notification) {
        return String.valueOf(notification.extras.getCharSequence(Notification.EXTRA_TITLE));
    }

    @Test
    public void warningsHaveAChannelThatRingsAndNewsAQuieterOne() {
        NotificationChannel urgent = manager.getNotificationChannel(Notices.URGENT);
        assertEquals(NotificationManager.IMPORTANCE_HIGH, urgent.getImportance());
        assertTrue(urgent.shouldVibrate());
        assertEquals(Notification.VISIBILITY_PRIVATE, urgent.getLockscreenVisibility());
        assertEquals(
                NotificationManager.IMPORTANCE_DEFAULT,
                manager.getNotificationChannel(Notices.NEWS).getImportance());
    }

    @Test
    public void aLockedScreenShowsATextOfItsOwnWhateverTheNoticeSays() {
        notices.show("COVID-19", "F0", "/exposure/1", true, true);
        Notification notice = shown();
        assertEquals(Notification.VISIBILITY_PRIVATE, notice.visibility);
        assertEquals("Bluezone có điều muốn báo cho bạn", title(notice.publicVersion));
        assertEquals("", String.valueOf(notice.publicVersion.extras.getCharSequence(Notification.EXTRA_TEXT)));
    }

    @Test
    public void aLaterNoticeTakesThePlaceOfTheOneBeforeAndAllOfItCanBeTakenBack() {
        notices.show("a", "", "/exposure/1", true, true);
        notices.show("b", "", "/notices", false, true);
        assertEquals("b", title(shown()));
        assertEquals(Notices.NEWS, shown().getChannelId());
        notices.withdraw();
        assertTrue(shadowOf(manager).getAllNotifications().isEmpty());
    }

    @Test
    public void whatWasLostInARestartComesBackWithoutASound() {
        notices.show("a", "", "/exposure/1", true, true);
        assertNull(shown().getGroup());
        notices.show("a", "", "/exposure/1", true, false);
        assertEquals(Notification.GROUP_ALERT_SUMMARY, shown().getGroupAlertBehavior());
        assertFalse(shown().getGroup().isEmpty());
    }

    @Test
    public void aTapOpensTheScreenOfTheLastNotice() throws Exception {
        notices.show("a", "", "/exposure/1", true, true);
        notices.show("a", "", "/exposure/2", true, true);
        Intent tapped = shadowOf(shown().contentIntent).getSavedIntent();
        assertEquals(OpenActivity.class.getName(), tapped.getComponent().getClassName());
        List<String> opened = new ArrayList<>();
        Robolectric.buildActivity(OpenActivity.class, tapped).create(); // the app is not there yet
        Notices.setOpener(opened::add);
        assertEquals(List.of("/exposure/2"), opened);
        OpenActivity again = Robolectric.buildActivity(OpenActivity.class, tapped).create().get();
        assertEquals(List.of("/exposure/2", "/exposure/2"), opened);
        assertTrue(again.isFinishing());
    }

    @Test
    public void anOwnerWhoSwitchedThemOffIsBelieved() {
        assertTrue(notices.isAllowed());
        shadowOf(manager).setNotificationsEnabled(false);
        assertFalse(notices.isAllowed());
    }

    @Test
    public void theTelephoneSaysSinceWhenItRuns() {
        long before = System.currentTimeMillis() - SystemClock.elapsedRealtime();
        assertTrue(Math.abs(notices.shownSinceMs() - before) < 5_000);
    }

    @Test
    @Config(qualifiers = "en")
    public void anEnglishTelephoneSaysItInEnglish() {
        assertEquals("en", app.getResources().getConfiguration().getLocales().get(0).getLanguage());
        assertTrue(Words.locked(app).toLowerCase(Locale.ROOT).contains("something to tell you"));
    }
}
