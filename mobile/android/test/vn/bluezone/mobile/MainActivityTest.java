package vn.bluezone.mobile;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.AlertDialog;
import android.app.Application;
import android.content.DialogInterface;
import android.content.Intent;
import android.net.Uri;
import android.os.Build;
import android.provider.Settings;
import android.view.ViewGroup;
import android.webkit.PermissionRequest;
import android.webkit.WebView;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlertDialog;
import org.robolectric.shadows.ShadowLooper;

@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = {26, 29, 35})
public class MainActivityTest {
    private static final String SCREENS = "http://127.0.0.1:8765/enter?token=t";
    private Application app;
    private ActivityController<MainActivity> controller;
    private MainActivity activity;
    private FakeEngine engine;

    @Before
    public void begin() throws Exception {
        engine = FakeEngine.install();
        app = RuntimeEnvironment.getApplication();
        for (Question question : Question.values()) {
            shadowOf(app).denyPermissions(question.permissions());
        }
    }

    @After
    public void end() throws Exception {
        if (controller != null) {
            controller.destroy();
        }
        FakeEngine.stop();
    }

    private void open() throws Exception {
        controller = Robolectric.buildActivity(MainActivity.class).create().start().resume();
        activity = controller.get();
        FakeEngine.until(() -> engine.launched > 0 || engine.broken != null);
        look();
    }

    private static void look() {
        ShadowLooper.idleMainLooper(300, TimeUnit.MILLISECONDS);
    }

    private WebView web() {
        ViewGroup content = activity.findViewById(android.R.id.content);
        return (WebView) ((ViewGroup) content.getChildAt(0)).getChildAt(0);
    }

    private String page() {
        look();
        return shadowOf(web()).getLastLoadDataWithBaseURL().data;
    }

    private String address() {
        return shadowOf(web()).getLastLoadedUrl();
    }

    private static void press(int button) {
        AlertDialog dialog = (AlertDialog) ShadowAlertDialog.getLatestDialog();
        dialog.getButton(button).performClick();
        ShadowLooper.idleMainLooper();
    }

    private static String question() {
        AlertDialog dialog = (AlertDialog) ShadowAlertDialog.getLatestDialog();
        return dialog != null && dialog.isShowing() ? shadowOf(dialog).getMessage().toString() : "";
    }

    private boolean serviceWasStarted() {
        Intent started = shadowOf(app).getNextStartedService();
        return started != null && PhoneService.class.getName().equals(started.getComponent().getClassName());
    }

    // --- screens --------------------------------------------------------------------------------------

    @Test
    public void theScreensComeAsSoonAsTheEngineAnswersAlsoBehindAQuestion() throws Exception {
        open();
        assertNull(address());
        assertTrue(shadowOf(web()).getLastLoadDataWithBaseURL().data.contains(Words.starting(app)));
        engine.answers(SCREENS);
        look();
        assertEquals(SCREENS, address());
    }

    @Test
    public void aNoticeThatWasTappedOpensItsScreen() throws Exception {
        open();
        engine.answers(SCREENS);
        Notices.opened("/exposure/1");
        look();
        assertEquals(SCREENS + "&to=%2Fexposure%2F1", address());
    }

    @Test
    public void aNoticeThatWasTappedWithTheAppClosedOpensItsScreenToo() throws Exception {
        Notices.opened("/exposure/1");
        open();
        engine.answers(SCREENS);
        look();
        assertEquals(SCREENS + "&to=%2Fexposure%2F1", address());
    }

    @Test
    public void theCameraIsForThePageOfTheScreensAlone() throws Exception {
        Engine.start(app);
        engine.answers(SCREENS);
        open();
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        assertEquals("granted", askForCamera("http://127.0.0.1:8765/"));
        assertEquals("denied", askForCamera("http://127.0.0.1:8766/"));
        engine.dies("killed");
        assertEquals("denied", askForCamera("http://127.0.0.1:8765/"));
    }

    private String askForCamera(String origin) {
        String[] answer = {""};
        shadowOf(web()).getWebChromeClient().onPermissionRequest(new PermissionRequest() {
            @Override
            public Uri getOrigin() {
                return Uri.parse(origin);
            }

            @Override
            public String[] getResources() {
                return new String[] {RESOURCE_VIDEO_CAPTURE};
            }

            @Override
            public void grant(String[] resources) {
                answer[0] = "granted";
            }

            @Override
            public void deny() {
                answer[0] = "denied";
            }
        });
        return answer[0];
    }

    @Test
    public void anEngineThatEndsIsSaidOnThePageAndTheNextOneShowsItsScreens() throws Exception {
        Engine.firstPauseMs = 2_000; // time to look at the page
        open();
        engine.greet().say("{\"tell\":\"ended\",\"words\":\"settings.json: <not> JSON\"}");
        engine.ask("stop_scanning", ""); // it was read
        engine.dies();
        FakeEngine.until(() -> page().contains("settings.json: &lt;not> JSON"));
        assertTrue(page(), page().contains(Words.ended(app)));
        engine.answers(SCREENS);
        look();
        assertEquals(SCREENS, address());
    }

    @Test
    public void afterACrashTheNextEngineShowsTheScreenThatWasOpen() throws Exception {
        open();
        engine.answers("http://127.0.0.1:8765/diary");
        look();
        engine.dies("Fatal Python error: Segmentation fault");
        engine.answers(SCREENS);
        look();
        assertEquals(SCREENS + "&to=%2Fdiary", address());
        assertEquals(2, engine.launched);
    }

    @Test
    public void anAppThatWasPutTogetherWronglySaysSoAndStaysOpen() throws Exception {
        engine.broken = new IOException("error=8, Exec format error");
        open();
        FakeEngine.until(() -> page().contains("Exec format error"));
        assertFalse(activity.isFinishing());
    }

    // --- permissions ----------------------------------------------------------------------------------

    @Test
    public void eachQuestionComesWithItsReasonAndTheServiceAfterTheLast() throws Exception {
        open();
        shadowOf(app).clearStartedServices();
        for (Question asked : Question.of(Build.VERSION.SDK_INT)) {
            assertEquals(Words.reason(app, asked), question());
            press(DialogInterface.BUTTON_POSITIVE);
            String[] permissions = shadowOf(activity).getLastRequestedPermission().requestedPermissions;
            assertArrayEquals(asked.permissions(), permissions);
            shadowOf(app).grantPermissions(permissions);
            activity.onRequestPermissionsResult(MainActivity.ASKED, permissions, new int[permissions.length]);
        }
        assertEquals("", question());
        assertTrue(serviceWasStarted());
    }

    @Test
    public void whoWasAskedBeforeIsNotAskedAgain() throws Exception {
        for (Question question : Question.of(Build.VERSION.SDK_INT)) {
            shadowOf(app).grantPermissions(question.permissions());
        }
        open();
        assertEquals("", question());
        assertTrue(serviceWasStarted());
    }

    @Test
    public void whoSaysNotNowHasTheScreensAllTheSame() throws Exception {
        Engine.start(app);
        engine.answers(SCREENS);
        open();
        for (int asked = 0; asked < Question.of(Build.VERSION.SDK_INT).size(); asked++) {
            press(DialogInterface.BUTTON_NEGATIVE);
        }
        assertEquals("", question());
        assertEquals(SCREENS, address());
    }

    @Test
    public void refusedForEverLeadsToTheSettingsOnceAndTheAppGoesOn() throws Exception {
        Engine.start(app);
        engine.answers(SCREENS);
        open();
        Question vital = Question.of(Build.VERSION.SDK_INT).get(0);
        press(DialogInterface.BUTTON_POSITIVE);
        int[] refused = new int[vital.permissions().length];
        java.util.Arrays.fill(refused, -1);
        activity.onRequestPermissionsResult(MainActivity.ASKED, vital.permissions(), refused);
        assertEquals(Words.refused(app, vital), question());
        press(DialogInterface.BUTTON_POSITIVE);
        Intent shown = shadowOf(app).getNextStartedActivity();
        assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, shown.getAction());
        assertEquals("package:" + app.getPackageName(), shown.getDataString());
        assertEquals(SCREENS, address());
        shadowOf(app).grantPermissions(vital.permissions()); // there
        shadowOf(app).clearStartedServices();
        controller.pause().resume();
        assertTrue(serviceWasStarted());
    }

    // --- what leaves the screens ----------------------------------------------------------------------

    @Test
    public void aTelephoneNumberIsDialledByTheTelephoneAndOwnScreensStay() throws Exception {
        open();
        assertFalse(follow(SCREENS));
        assertTrue(follow("tel:19009095"));
        Intent dialled = shadowOf(app).getNextStartedActivity();
        assertEquals(Intent.ACTION_VIEW, dialled.getAction());
        assertEquals("tel:19009095", dialled.getDataString());
        shadowOf(app).checkActivities(true); // a tablet: nobody is there for it
        assertTrue(follow("tel:115"));
    }

    private boolean follow(String address) {
        return shadowOf(web()).getWebViewClient().shouldOverrideUrlLoading(web(), new Link(address));
    }

    @Test
    public void aFileIsSavedWhereItsOwnerSays() throws Exception {
        open();
        shadowOf(web()).getDownloadListener().onDownloadStart(
                SCREENS, "agent", "attachment; filename=\"bluezone.json\"", "application/json", 3);
        Intent asked = shadowOf(activity).getNextStartedActivityForResult().intent;
        assertEquals(Intent.ACTION_CREATE_DOCUMENT, asked.getAction());
        assertEquals("application/json", asked.getType());
        assertNotNull(asked.getStringExtra(Intent.EXTRA_TITLE));
    }
}
