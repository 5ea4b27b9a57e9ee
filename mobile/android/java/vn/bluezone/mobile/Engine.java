package vn.bluezone.mobile;

import android.content.Context;
import android.net.Uri;
import android.util.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the engine running, a process of its own that is the phone (bluezone_mobile/service.py): starts it, speaks with
 * it, and starts another where it ends. What the engine said last is kept for whoever asks why there are no screens.
 */
final class Engine {
    /** Starts the program; its address and its token go with the environment. */
    interface Launcher {
        Process launch(Context app, Map<String, String> environment) throws IOException;
    }

    private static final String LOG = "bluezone";
    private static final int TOKEN_BYTES = 32;
    private static final int LAST_WORDS = 2_000;
    private static final int STRANGERS = 16;
    private static final int LOOK_EVERY_MS = 100;
    /** A little more than the engine takes to close its stores (service.py). */
    private static final int ENDS_WITHIN_S = 12;
    /** An engine that has run so long begins with a short pause again. */
    private static final long STEADY_MS = 60_000;

    static volatile Launcher launcher = new Shim();
    /** Before the next engine, twice as long each time. */
    static volatile long firstPauseMs = 1_000;

    static volatile long longestPauseMs = 60_000;

    private static Thread keeper;
    private static Wire wire;
    private static volatile boolean wanted;
    private static volatile String screens = "";
    private static volatile String trouble = "";
    private static volatile Runnable onChange = () -> {};

    private Engine() {}

    /** Again: nothing happens. */
    static synchronized void start(Context context) {
        if (wanted) {
            return;
        }
        wanted = true;
        trouble = "";
        Context app = context.getApplicationContext();
        Thread before = keeper;
        keeper = new Thread(() -> keep(app, before), "bluezone-engine");
        keeper.start();
    }

    /** Ends it; its stores are closed once the thread has ended. */
    static synchronized Thread stop() {
        wanted = false;
        trouble = "";
        if (wire != null) {
            wire.close();
        }
        Engine.class.notifyAll();
        return keeper == null ? new Thread() : keeper;
    }

    /** Where a screen answers; empty while it does not yet. Throws IllegalStateException where the engine has ended;
     *  another is started all the same. */
    static String address(String screen) {
        String found = screens;
        if (found.isEmpty() && !trouble.isEmpty()) {
            throw new IllegalStateException(trouble);
        }
        return found.isEmpty() || screen.isEmpty() ? found : found + "&to=" + Uri.encode(screen);
    }

    /** Has it said whenever the answer of `address` has changed, on any thread. */
    static void onChange(Runnable look) {
        onChange = look;
    }

    static void answersAt(String address) {
        screens = address;
        trouble = "";
        onChange.run();
    }

    /** What it has said of its end. */
    static void ended(String words) {
        trouble = words;
        onChange.run();
    }

    // --- the thread that keeps it running -------------------------------------------------------------

    private static void keep(Context app, Thread before) {
        long pause = firstPauseMs;
        try {
            if (before != null) {
                before.join();
            }
            while (wanted) {
                long began = System.nanoTime();
                String words = run(app);
                screens = "";
                if (wanted) {
                    trouble = trouble.isEmpty() ? words : trouble;
                    onChange.run();
                    pause = System.nanoTime() - began > 1_000_000 * STEADY_MS ? firstPauseMs : pause;
                    rest(pause);
                    pause = Math.min(2 * pause, longestPauseMs);
                }
            }
        } catch (InterruptedException stopped) {
            Log.w(LOG, "nobody keeps the engine running any more", stopped); // nobody interrupts this thread
        }
    }

    private static synchronized void rest(long pauseMs) throws InterruptedException {
        if (wanted) {
            Engine.class.wait(pauseMs);
        }
    }

    /** Runs one engine until it has ended; returns its last words. */
    private static String run(Context app) throws InterruptedException {
        StringBuffer words = new StringBuffer();
        Process process = null;
        try {
            Thread listener;
            Wire connected;
            try (ServerSocket server = new ServerSocket(0, STRANGERS, InetAddress.getByName("127.0.0.1"))) {
                byte[] drawn = new byte[TOKEN_BYTES];
                new SecureRandom().nextBytes(drawn);
                Map<String, String> environment = new HashMap<>();
                environment.put("BLUEZONE_APP_ADDRESS", "127.0.0.1:" + server.getLocalPort());
                environment.put("BLUEZONE_APP_TOKEN", Wire.hexadecimal(drawn));
                Process started = process = launcher.launch(app, environment);
                listener = new Thread(() -> listen(started, words), "bluezone-words");
                listener.start();
                connected = accept(server, Wire.hexadecimal(drawn), started);
            }
            speak(app, connected);
            process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS);
            process.destroyForcibly();
            listener.join(1_000 * ENDS_WITHIN_S);
        } catch (IOException | RuntimeException | LinkageError broken) { // put together wrongly, a full disk
            Log.e(LOG, "the engine did not start", broken);
            words.append(broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage());
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
        return words.length() == 0 ? "the engine has ended" : words.toString().trim();
    }

    /** Waits for the one that knows the token. Whoever else connects is shown the door, the longest silent first. */
    private static Wire accept(ServerSocket server, String token, Process process)
            throws IOException, InterruptedException {
        ArrayDeque<Wire> strangers = new ArrayDeque<>();
        AtomicReference<Wire> found = new AtomicReference<>();
        server.setSoTimeout(LOOK_EVERY_MS);
        while (found.get() == null && process.isAlive() && wanted) {
            try {
                Socket socket = server.accept();
                Wire stranger = new Wire(socket);
                strangers.add(stranger);
                if (strangers.size() > STRANGERS) {
                    strangers.remove().close();
                }
                new Thread(() -> welcome(stranger, token, found), "bluezone-wire-first").start();
            } catch (SocketTimeoutException nobody) {
                continue;
            }
        }
        strangers.forEach(each -> {
            if (each != found.get()) {
                each.close();
            }
        });
        return found.get();
    }

    private static void welcome(Wire stranger, String token, AtomicReference<Wire> found) {
        try {
            stranger.welcome(token);
            if (found.compareAndSet(null, stranger)) {
                return;
            }
        } catch (IOException refused) {
            Log.w(LOG, "a connection was refused: " + refused.getMessage());
        }
        stranger.close();
    }

    private static void speak(Context app, Wire connected) {
        if (connected == null) {
            return;
        }
        synchronized (Engine.class) {
            wire = connected;
            if (!wanted) {
                connected.close();
            }
        }
        Requests requests = new Requests(app, connected);
        try {
            connected.serve(requests);
        } catch (IOException ended) {
            Log.i(LOG, "the engine's connection: " + ended.getMessage());
        }
        requests.end();
        connected.close();
        synchronized (Engine.class) {
            wire = null;
        }
    }

    private static void listen(Process process, StringBuffer words) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Log.i(LOG, line);
                words.append(line).append('\n');
                words.delete(0, Math.max(0, words.length() - LAST_WORDS));
            }
        } catch (IOException ended) {
            // with its process
        }
    }
}
