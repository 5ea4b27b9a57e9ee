package vn.bluezone.mobile;

import android.net.Uri;
import android.webkit.WebResourceRequest;
import java.util.Collections;
import java.util.Map;

/** A link that was tapped on a page. */
final class Link implements WebResourceRequest {
    private final Uri address;

    Link(String address) {
        this.address = Uri.parse(address);
    }

    @Override
    public Uri getUrl() {
        return address;
    }

    @Override
    public boolean isForMainFrame() {
        return true;
    }

    @Override
    public boolean isRedirect() {
        return false;
    }

    @Override
    public boolean hasGesture() {
        return true;
    }

    @Override
    public String getMethod() {
        return "GET";
    }

    @Override
    public Map<String, String> getRequestHeaders() {
        return Collections.emptyMap();
    }
}
