package vn.bluezone.mobile;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Activity;
import android.app.AlertDialog;
import android.app.Application;
import android.content.DialogInterface;
import android.net.Uri;
import android.webkit.PermissionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowAlertDialog;
import org.robolectric.shadows.ShadowLooper;

/** Android asks for the camera in one way from 8 to 16. */
@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = 35)
public class CameraTest {
    private static final String OWN = "http://127.0.0.1:8765/enter?token=t";
    private static final String VIDEO = PermissionRequest.RESOURCE_VIDEO_CAPTURE;
    private final List<String> settingsOpened = new ArrayList<>();
    private Application app;
    private Activity activity;
    private Camera camera;

    /** A page's wish, and what became of it. */
    private static final class Wish extends PermissionRequest {
        private final Uri origin;
        private final String[] resources;
        private final List<String> answers = new ArrayList<>();

        Wish(String origin, String... resources) {
            this.origin = Uri.parse(origin);
            this.resources = resources;
        }

        @Override
        public Uri getOrigin() {
            return origin;
        }

        @Override
        public String[] getResources() {
            return resources;
        }

        @Override
        public void grant(String[] granted) {
            answers.add("granted " + Arrays.toString(granted));
        }

        @Override
        public void deny() {
            answers.add("denied");
        }
    }

    @Before
    public void begin() {
        app = RuntimeEnvironment.getApplication();
        shadowOf(app).denyPermissions(Camera.PERMISSION);
        activity = Robolectric.buildActivity(Activity.class).create().start().resume().get();
        camera = new Camera(activity, () -> settingsOpened.add("opened"));
    }

    private Wish ask(String origin, String... resources) {
        Wish wish = new Wish(origin, resources);
        camera.wanted(wish, OWN);
        return wish;
    }

    private static String said() {
        AlertDialog dialog = (AlertDialog) ShadowAlertDialog.getLatestDialog();
        return dialog != null && dialog.isShowing() ? shadowOf(dialog).getMessage().toString() : "";
    }

    private static void press(int button) {
        ((AlertDialog) ShadowAlertDialog.getLatestDialog()).getButton(button).performClick();
        ShadowLooper.idleMainLooper();
    }

    @Test
    public void theReasonComesFirstThenAndroidsQuestionThenThePicture() {
        Wish wish = ask("http://127.0.0.1:8765/", VIDEO);
        assertEquals(Words.cameraReason(app), said());
        assertNull(shadowOf(activity).getLastRequestedPermission());
        press(DialogInterface.BUTTON_POSITIVE);
        assertArrayEquals(
                new String[] {Camera.PERMISSION}, shadowOf(activity).getLastRequestedPermission().requestedPermissions);
        assertTrue(wish.answers.isEmpty());
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        camera.answered();
        assertEquals(List.of("granted [" + VIDEO + "]"), wish.answers);
    }

    @Test
    public void whoAllowedItOnceIsNotAskedAgain() {
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        assertEquals(List.of("granted [" + VIDEO + "]"), ask("http://127.0.0.1:8765/", VIDEO).answers);
        assertEquals("", said());
    }

    @Test
    public void notNowIsAnswerEnough() {
        Wish wish = ask("http://127.0.0.1:8765/", VIDEO);
        press(DialogInterface.BUTTON_NEGATIVE);
        assertEquals(List.of("denied"), wish.answers);
        assertNull(shadowOf(activity).getLastRequestedPermission());
    }

    @Test
    public void afterAFirstNoAndroidMayBeAskedAgainSoNothingIsSaid() {
        Wish wish = ask("http://127.0.0.1:8765/", VIDEO);
        press(DialogInterface.BUTTON_POSITIVE);
        shadowOf(app.getPackageManager()).setShouldShowRequestPermissionRationale(Camera.PERMISSION, true);
        camera.answered();
        assertEquals(List.of("denied"), wish.answers);
        assertEquals("", said());
    }

    @Test
    public void refusedForEverIsASentenceWithTheWayToTheSettings() {
        Wish wish = ask("http://127.0.0.1:8765/", VIDEO);
        press(DialogInterface.BUTTON_POSITIVE);
        shadowOf(app.getPackageManager()).setShouldShowRequestPermissionRationale(Camera.PERMISSION, false);
        camera.answered();
        assertEquals(List.of("denied"), wish.answers);
        assertEquals(Words.cameraRefused(app), said());
        press(DialogInterface.BUTTON_POSITIVE);
        assertEquals(List.of("opened"), settingsOpened);
    }

    @Test
    public void anotherPageGetsNothingAndAsksNobody() {
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        for (String origin : List.of(
                "http://127.0.0.1:8766/",
                "https://127.0.0.1:8765/",
                "http://localhost:8765/",
                "https://evil.example/",
                "http://127.0.0.1.evil.example:8765/",
                "null",
                "")) {
            assertEquals(origin, List.of("denied"), ask(origin, VIDEO).answers);
        }
        Wish early = new Wish("", VIDEO); // no screens yet: no origin is ours
        camera.wanted(early, "");
        assertEquals(List.of("denied"), early.answers);
        assertEquals("", said());
    }

    @Test
    public void noPageGetsTheMicrophone() {
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        String audio = PermissionRequest.RESOURCE_AUDIO_CAPTURE;
        assertEquals(List.of("denied"), ask("http://127.0.0.1:8765/", VIDEO, audio).answers);
        assertEquals(List.of("denied"), ask("http://127.0.0.1:8765/", audio).answers);
        assertEquals(List.of("denied"), ask("http://127.0.0.1:8765/").answers);
    }

    @Test
    public void aPageThatIsGoneIsAnsweredNoMore() {
        Wish first = ask("http://127.0.0.1:8765/", VIDEO);
        Wish second = ask("http://127.0.0.1:8765/", VIDEO);
        assertEquals(List.of("denied"), first.answers);
        camera.unwanted(second);
        press(DialogInterface.BUTTON_POSITIVE);
        shadowOf(app).grantPermissions(Camera.PERMISSION);
        camera.answered();
        assertTrue(second.answers.isEmpty());
    }
}
