package vn.bluezone.mobile;

import android.content.Context;
import android.content.pm.PackageInfo;
import android.content.pm.PackageManager;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Starts the engine on Android: unpacks its Python where this version of the app has not yet, and runs the shim, which
 * lies among the app's libraries, from where alone an app may run a program (Android 10 and later).
 */
final class Shim implements Engine.Launcher {
    private static final String PROGRAM = "libbluezone_shim.so";
    private static final String ARCHIVE = "python.zip";

    @Override
    public Process launch(Context app, Map<String, String> environment) throws IOException {
        String libraries = app.getApplicationInfo().nativeLibraryDir;
        // No backup takes what lies there, nor does another telephone that its owner moves to.
        File own = app.getNoBackupFilesDir();
        String python =
                unpacked(own, version(app), () -> app.getAssets().open(ARCHIVE)).getPath();
        ProcessBuilder program =
                new ProcessBuilder(new File(libraries, PROGRAM).getPath(), python, new File(own, "phone").getPath());
        program.environment().putAll(environment);
        program.environment().put("LD_LIBRARY_PATH", libraries);
        program.environment().put("TMPDIR", app.getCacheDir().getPath());
        return program.redirectErrorStream(true).start();
    }

    interface Archive {
        InputStream open() throws IOException;
    }

    /** The folder of Python that came with this version of the app: whole, or not there. */
    static File unpacked(File into, long version, Archive python) throws IOException {
        File whole = new File(into, "python-" + version);
        if (!whole.isDirectory()) {
            File[] before = into.listFiles((folder, name) -> name.startsWith("python-"));
            for (File each : before == null ? new File[0] : before) {
                remove(each);
            }
            File half = new File(into, "python-half");
            try (ZipInputStream archive = new ZipInputStream(python.open())) {
                unpack(archive, half);
            }
            if (!half.renameTo(whole)) {
                throw new IOException(whole + " cannot be written");
            }
        }
        return whole;
    }

    private static void unpack(ZipInputStream archive, File folder) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            File file = new File(folder, entry.getName());
            file.getParentFile().mkdirs();
            try (OutputStream out = new FileOutputStream(file)) {
                for (int count = archive.read(buffer); count >= 0; count = archive.read(buffer)) {
                    out.write(buffer, 0, count);
                }
            }
        }
    }

    private static long version(Context app) throws IOException {
        try {
            PackageInfo info = app.getPackageManager().getPackageInfo(app.getPackageName(), 0);
            return info.lastUpdateTime;
        } catch (PackageManager.NameNotFoundException impossible) {
            throw new IOException(impossible);
        }
    }

    private static void remove(File file) {
        File[] inside = file.listFiles();
        for (File each : inside == null ? new File[0] : inside) {
            remove(each);
        }
        file.delete();
    }
}
