package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Without Android: the table of permissions from Android 8 to 16, and the manifest that asks for them. */
public class QuestionTest {
    private static final int FIRST = 26;
    private static final int LAST = 36;
    private static final String NOTICES = "android.permission.POST_NOTIFICATIONS";

    @Test
    public void eachAndroidIsAskedWhatItWantsAndNothingElse() {
        for (int level = FIRST; level <= LAST; level++) {
            List<Question> wanted = level >= 31
                    ? List.of(Question.NEARBY)
                    : level >= 29 ? List.of(Question.LOCATION, Question.ALWAYS) : List.of(Question.LOCATION);
            assertEquals("Android's level " + level, wanted, Question.of(level));
            assertTrue(Question.of(level).get(0).vital);
        }
    }

    /** The permissions of the manifest: name -> the last level it is for (LAST: all). */
    private static Map<String, Integer> manifest() throws Exception {
        File file = new File(System.getProperty("bluezone.manifest"));
        NodeList all = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file)
                .getElementsByTagName("uses-permission");
        Map<String, Integer> found = new TreeMap<>();
        for (int at = 0; at < all.getLength(); at++) {
            Element permission = (Element) all.item(at);
            String last = permission.getAttribute("android:maxSdkVersion");
            found.put(permission.getAttribute("android:name"), last.isEmpty() ? LAST : Integer.parseInt(last));
        }
        return found;
    }

    @Test
    public void theManifestHasWhatIsAskedForAsLongAsItIs() throws Exception {
        Map<String, Integer> manifest = manifest();
        Set<String> asked = new HashSet<>(List.of(NOTICES, Camera.PERMISSION));
        for (int level = FIRST; level <= LAST; level++) {
            for (Question question : Question.of(level)) {
                for (String permission : question.permissions()) {
                    asked.add(permission);
                    assertTrue(permission, manifest.get(permission) >= level);
                }
            }
        }
        Set<String> granted = new HashSet<>(); // at installation, without a question
        for (String name : Arrays.asList(
                "ACCESS_COARSE_LOCATION", // asked together with ACCESS_FINE_LOCATION
                "BLUETOOTH",
                "BLUETOOTH_ADMIN",
                "FOREGROUND_SERVICE",
                "FOREGROUND_SERVICE_CONNECTED_DEVICE",
                "INTERNET",
                "RECEIVE_BOOT_COMPLETED",
                "REQUEST_IGNORE_BATTERY_OPTIMIZATIONS",
                "WAKE_LOCK")) {
            granted.add("android.permission." + name);
        }
        Set<String> others = new HashSet<>(manifest.keySet());
        others.removeAll(asked);
        assertEquals(granted, others);
    }

    @Test
    public void locationIsNeverAskedWhereBluetoothCanBeHadWithoutIt() throws Exception {
        manifest().forEach((name, last) -> assertTrue(name, !name.contains("LOCATION") || last == 30));
        assertFalse(Question.of(31).contains(Question.LOCATION));
        assertNotEquals(Question.of(30), Question.of(31));
    }
}
