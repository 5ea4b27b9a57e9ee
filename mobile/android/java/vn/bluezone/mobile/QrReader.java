package vn.bluezone.mobile;

import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.EnumMap;
import java.util.Map;

/**
 * Reads QR codes with ZXing, for bluezone_mobile/java_layer.py: a WebView has no BarcodeDetector. From grey values, so
 * that no decoder of image files sees what comes from outside. May be called from any thread.
 */
public final class QrReader {
    private static final Map<DecodeHintType, Object> HINTS = new EnumMap<>(DecodeHintType.class);

    static {
        HINTS.put(DecodeHintType.TRY_HARDER, Boolean.TRUE);
        HINTS.put(DecodeHintType.CHARACTER_SET, "UTF-8"); // else it guesses, and may guess Shift JIS
    }

    /** Its text, or "" where there is none. `grey`: rows from the top, a byte a point; as many as `columns` divides. */
    public String textIn(byte[] grey, int columns) {
        int rows = grey.length / columns;
        LuminanceSource picture = new PlanarYUVLuminanceSource(grey, columns, rows, 0, 0, columns, rows, false);
        Binarizer[] ways = {
            new HybridBinarizer(picture), // by the neighbourhood: shadows
            new GlobalHistogramBinarizer(picture), // by the whole: small or blurred
            new HybridBinarizer(picture.invert()), // white on black, as a screen in the dark shows it
        };
        for (Binarizer way : ways) {
            try {
                return new QRCodeReader().decode(new BinaryBitmap(way), HINTS).getText();
            } catch (ReaderException nothing) { // the next one may see more
            }
        }
        return "";
    }
}
