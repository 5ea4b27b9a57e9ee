package vn.bluezone.mobile;

import android.content.Context;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the app finds at the other end of its link: an engine that says what a test has it say. */
final class FakeEngine implements Engine.Launcher {
    private static final int PATIENCE_MS = 20_000;

    private static FakeEngine installed;

    volatile int launched;
    volatile Context context;
    volatile Runnable onLaunch = () -> {};
    volatile IOException broken;
    volatile String token;
    private volatile String words = "";
    private volatile int port;
    private volatile CountDownLatch ended = new CountDownLatch(1);
    private int used;
    private Socket socket;
    private BufferedReader lines;
    private int number = 1;

    /** In the place of the one before, as on a telephone whose app was just started. */
    static FakeEngine install() throws Exception {
        stop();
        FakeEngine engine = new FakeEngine();
        Engine.launcher = engine;
        installed = engine;
        Engine.firstPauseMs = 20;
        Engine.longestPauseMs = 20;
        return engine;
    }

    /** Ends the app's engine, which ends at once. */
    static void stop() throws Exception {
        Thread keeper = Engine.stop();
        while (installed != null && keeper.isAlive()) {
            installed.ended.countDown();
            keeper.join(5);
        }
    }

    @Override
    public Process launch(Context app, Map<String, String> environment) throws IOException {
        onLaunch.run();
        if (broken != null) {
            throw broken;
        }
        context = app;
        token = environment.get("BLUEZONE_APP_TOKEN");
        port = Integer.parseInt(environment.get("BLUEZONE_APP_ADDRESS").replaceAll(".*:", ""));
        ended = new CountDownLatch(1);
        CountDownLatch mine = ended;
        launched++;
        return new Process() {
            @Override
            public InputStream getInputStream() {
                return new InputStream() {
                    private InputStream said;

                    @Override
                    public int read() throws IOException {
                        if (said == null) {
                            waitFor();
                            said = new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8));
                        }
                        return said.read();
                    }
                };
            }

            @Override
            public int waitFor() {
                try {
                    mine.await();
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
                return 0;
            }

            @Override
            public boolean waitFor(long time, TimeUnit unit) throws InterruptedException {
                return mine.await(time, unit);
            }

            @Override
            public int exitValue() {
                if (mine.getCount() > 0) {
                    throw new IllegalThreadStateException();
                }
                return 0;
            }

            @Override
            public void destroy() {
                mine.countDown();
            }

            @Override
            public InputStream getErrorStream() {
                return new ByteArrayInputStream(new byte[0]);
            }

            @Override
            public OutputStream getOutputStream() {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** Waits until the app has started it, and connects. */
    FakeEngine connect() throws Exception {
        int before = used;
        until(() -> port != before);
        used = port;
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MS);
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        return this;
    }

    /** A connection of somebody else. */
    Socket stranger() throws IOException {
        return new Socket("127.0.0.1", port);
    }

    boolean hasSomething() {
        try {
            return lines.ready();
        } catch (IOException gone) {
            return true;
        }
    }

    /** As a whole engine does: connects, and proves what it is. */
    FakeEngine greet() throws Exception {
        connect();
        number = 1;
        ask("hello", "\"version\":1,\"token\":\"" + token.substring(0, 32) + "\"");
        return this;
    }

    void say(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next line of the app; null where it has closed the connection. */
    String hear() throws IOException {
        try {
            return lines.readLine();
        } catch (SocketException reset) {
            return null;
        }
    }

    /** Asks, and returns the answer. */
    String ask(String name, String fields) throws IOException {
        say("{\"ask\":\"" + name + "\",\"id\":" + number++ + (fields.isEmpty() ? "" : "," + fields) + "}");
        return hear();
    }

    /** Says where its screens are, and waits until the app knows. */
    void answers(String address) throws Exception {
        if (socket == null) {
            greet();
        }
        say("{\"tell\":\"screens\",\"address\":\"" + address + "\"}");
        ask("stop_scanning", ""); // in order: what was told is done with
        if (!troubleOr("").equals(address)) {
            throw new AssertionError(troubleOr(""));
        }
    }

    /** Ends as one that was killed, with last words, and waits until the app knows. */
    void dies(String lastWords) throws Exception {
        words = lastWords;
        int before = launched;
        dies();
        until(() -> launched > before || troubleOr("").equals("trouble: " + lastWords));
    }

    void dies() throws IOException {
        socket.close();
        socket = null;
        ended.countDown();
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    static String troubleOr(String screen) {
        try {
            return Engine.address(screen);
        } catch (IllegalStateException trouble) {
            return "trouble: " + trouble.getMessage();
        }
    }

    static void until(BooleanSupplier there) throws Exception {
        for (int waited = 0; !there.getAsBoolean(); waited += 5) {
            if (waited > PATIENCE_MS) {
                throw new AssertionError("it did not come: " + troubleOr(""));
            }
            Thread.sleep(5);
        }
    }
}
