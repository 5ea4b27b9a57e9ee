package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import android.content.Intent;
import android.net.Uri;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

/** Links in messages, which Android hands over in one way from 8 to 16. */
@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = 35)
public class LinkActivityTest {
    private final List<String> opened = new ArrayList<>();

    @Before
    @After
    public void nothingWaits() {
        Notices.setOpener(opened::add);
        Notices.setOpener(null);
        opened.clear();
    }

    private String follow(String link) {
        Intent intent = new Intent(Intent.ACTION_VIEW);
        if (link != null) {
            intent.setData(Uri.parse(link));
        }
        LinkActivity activity = Robolectric.buildActivity(LinkActivity.class, intent).create().get();
        assertTrue(activity.isFinishing());
        Notices.setOpener(opened::add);
        Notices.setOpener(null);
        String path = opened.remove(0);
        assertTrue(path, path.startsWith("/link?text="));
        return path.substring("/link?text=".length());
    }

    @Test
    public void aLinkIsHandedToItsScreenWholeAndIsNotReadHere() {
        for (String link : List.of(
                "https://bluezone.example.vn/v?c=7K3MQ2XD9ABCDEF0",
                "ens://v?c=12345678&r=704",
                "https://bluezone.example.vn/p/7K3M-Q2XD#CAESGwgBEgZDaOG7",
                "https://evil.example/v?c=1&to=/settings/delete",
                "javascript:alert(1)")) {
            String given = follow(link);
            assertEquals(link, Uri.decode(given));
            assertTrue(given, given.matches("[A-Za-z0-9%_.~!*'()-]*"));
        }
    }

    @Test
    public void aLinkOfThirtyKilobytesIsCutWhereItIsTooLongAnyway() {
        StringBuilder long_ = new StringBuilder("https://bluezone.example.vn/v?c=");
        while (long_.length() < 30_000) {
            long_.append('1');
        }
        assertEquals(LinkActivity.MOST_SIGNS, Uri.decode(follow(long_.toString())).length());
    }

    @Test
    public void anIntentWithoutALinkOpensTheScreenThatSaysSo() {
        assertEquals("", follow(null));
    }
}
