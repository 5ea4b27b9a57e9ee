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
import com.chaquo.python.PyException;
import com.chaquo.python.Python;
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

    @Before
    public void begin() throws Exception {
        Engine.stop().get();
        Python.reset();
        app = RuntimeEnvironment.getApplication();
        for (Question question : Question.values()) {
            shadowOf(app).denyPermissions(question.permissions());
        }
    }

    @After
    public void end() {
        if (controller != null) {
            controller.destroy();
        }
    }

    private void open() throws Exception {
        controller = Robolectric.buildActivity(MainActivity.class).create().start().resume();
        activity = controller.get();
        Engine.start(app).get(); // after the activity's own
        look();
    }

    private static void look() {
        ShadowLooper.idleMainLooper(300, TimeUnit.MILLISECONDS);
    }

    private WebView web() {
        ViewGroup content = activity.findViewById(android.R.id.content);
        return (WebView) ((ViewGroup) content.getChildAt(0)).getChildAt(0);
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
        Python.module.answer = SCREENS;
        look();
        assertEquals(SCREENS, address());
    }

    @Test
    public void aNoticeThatWasTappedOpensItsScreen() throws Exception {
        open();
        Python.module.answer = SCREENS;
        Notices.opened("/exposure/1");
        look();
        assertEquals(SCREENS + "&to=/exposure/1", address());
    }

    @Test
    public void aNoticeThatWasTappedWithTheAppClosedOpensItsScreenToo() throws Exception {
        Notices.opened("/exposure/1");
        open();
        Python.module.answer = SCREENS;
        look();
        assertEquals(SCREENS + "&to=/exposure/1", address());
    }

    @Test
    public void theCameraIsForThePageOfTheScreensAlone() throws Exception {
        Python.module.answer = SCREENS;
        open();
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        assertEquals("granted", askForCamera("http://127.0.0.1:8765/"));
        assertEquals("denied", askForCamera("http://127.0.0.1:8766/"));
        Python.module.raises = new PyException("ended");
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
    public void anEngineThatCannotStartIsSaidOnThePage() throws Exception {
        open();
        Python.module.raises = new PyException("settings.json: <not> JSON");
        look();
        String page = shadowOf(web()).getLastLoadDataWithBaseURL().data;
        assertTrue(page, page.contains(Words.ended(app)));
        assertTrue(page, page.contains("settings.json: &lt;not> JSON"));
    }

    @Test
    public void anAppThatWasPutTogetherWronglySaysSoAndStaysOpen() throws Exception {
        Python.onStart = () -> {
            throw new UnsatisfiedLinkError("dlopen failed: libchaquopy_java.so is for another machine");
        };
        open();
        String page = shadowOf(web()).getLastLoadDataWithBaseURL().data;
        assertTrue(page, page.contains("is for another machine"));
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
        Python.module.answer = SCREENS;
        open();
        for (int asked = 0; asked < Question.of(Build.VERSION.SDK_INT).size(); asked++) {
            press(DialogInterface.BUTTON_NEGATIVE);
        }
        assertEquals("", question());
        assertEquals(SCREENS, address());
    }

    @Test
    public void refusedForEverLeadsToTheSettingsOnceAndTheAppGoesOn() throws Exception {
        Python.module.answer = SCREENS;
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
