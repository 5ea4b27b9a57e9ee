package vn.bluezone.mobile;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Without Android: Python is unpacked whole, once for each version of the app. */
public class ShimTest {
    private static final byte[] MODULE = {1, 2, 3};

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private byte[] archive;

    @Before
    public void begin() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("stdlib/asyncio/events.pyc"));
            zip.write(MODULE);
            zip.putNextEntry(new ZipEntry("app/bluezone/phone.pyc"));
            zip.write(MODULE);
        }
        archive = bytes.toByteArray();
    }

    private File unpack(long version) throws IOException {
        return Shim.unpacked(folder.getRoot(), version, () -> new ByteArrayInputStream(archive));
    }

    @Test
    public void aNewVersionTakesThePlaceOfTheOneBefore() throws IOException {
        File first = unpack(1);
        assertArrayEquals(MODULE, Files.readAllBytes(new File(first, "stdlib/asyncio/events.pyc").toPath()));
        archive = null; // not opened again
        assertEquals(first, unpack(1));
        begin();
        File second = unpack(2);
        assertFalse(first.exists());
        assertEquals(1, folder.getRoot().list().length);
        assertArrayEquals(MODULE, Files.readAllBytes(new File(second, "app/bluezone/phone.pyc").toPath()));
    }

    @Test
    public void onAFullTelephoneNothingIsHalfThereAndTheNextTryBeginsAnew() throws IOException {
        assertThrows(IOException.class, () -> Shim.unpacked(folder.getRoot(), 1, () -> new FilterInputStream(
                new ByteArrayInputStream(Arrays.copyOf(archive, archive.length / 2))) {
            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                int count = super.read(into, at, Math.min(most, 16));
                if (count < 0) {
                    throw new IOException("No space left on device");
                }
                return count;
            }
        }));
        assertFalse(new File(folder.getRoot(), "python-1").exists());
        File whole = unpack(1);
        assertArrayEquals(MODULE, Files.readAllBytes(new File(whole, "app/bluezone/phone.pyc").toPath()));
        assertEquals(1, folder.getRoot().list().length);
    }
}
