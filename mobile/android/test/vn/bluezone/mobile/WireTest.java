package vn.bluezone.mobile;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.app.Application;
import android.bluetooth.BluetoothManager;
import android.content.pm.PackageManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowLooper;

/** The app's side of the protocol, against the table of exchanges that tests/mobile/test_link.py holds the engine to. */
@RunWith(RobolectricTestRunner.class)
@Config(manifest = Config.NONE, sdk = 35)
public class WireTest {
    private Application app;
    private FakeEngine engine;

    @Before
    public void begin() throws Exception {
        engine = FakeEngine.install();
        app = RuntimeEnvironment.getApplication();
        shadowOf(app.getSystemService(BluetoothManager.class).getAdapter()).setEnabled(true);
        shadowOf(app.getPackageManager()).setSystemFeature(PackageManager.FEATURE_BLUETOOTH_LE, true);
        Engine.start(app);
    }

    @After
    public void end() throws Exception {
        FakeEngine.stop();
    }

    private interface Check {
        void of(JSONObject exchange) throws Exception;
    }

    /** Each exchange of the table that is about the app, with an engine of its own. */
    private void each(String name, Check check) throws Exception {
        JSONArray all = new JSONObject(
                new String(Files.readAllBytes(Paths.get(System.getProperty("bluezone.exchanges"))), "UTF-8"))
                .getJSONArray(name);
        for (int at = 0; at < all.length(); at++) {
            JSONObject exchange = all.getJSONObject(at);
            if (!exchange.optString("of").equals("engine")) {
                try {
                    check.of(exchange);
                } catch (AssertionError | IOException wrong) {
                    throw new AssertionError(exchange.getString("case"), wrong);
                }
            }
        }
    }

    private String line(JSONObject exchange) throws JSONException {
        JSONObject object = exchange.optJSONObject("line");
        String line = object == null ? exchange.getString("line") : object.toString();
        if (object != null && object.has("repeat")) {
            line = new String(new char[object.getInt("times")]).replace("\0", object.getString("repeat"));
        }
        return line.replace("$FIRST", engine.token.substring(0, 32)).replace("$SECOND", engine.token.substring(32));
    }

    private void isAnswered(JSONObject exchange) throws Exception {
        if (exchange.has("answer")) {
            ShadowLooper.idleMainLooper();
            JSONObject wanted = exchange.getJSONObject("answer");
            String text = wanted.toString().replace("$SECOND", engine.token.substring(32));
            assertEquals(new JSONObject(text).toString(), new JSONObject(engine.hear()).toString());
        }
    }

    @Test
    public void whoConnectsProvesFirstThatItIsTheEngine() throws Exception {
        each("first", exchange -> {
            engine.connect();
            engine.say(line(exchange));
            isAnswered(exchange);
            if (exchange.has("closed")) {
                assertNull(engine.hear());
                engine = FakeEngine.install(); // with another token
                Engine.start(app);
            } else {
                engine.dies("");
            }
        });
    }

    @Test
    public void anotherAppThatSaysNothingKeepsNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        FakeEngine.until(() -> engine.launched > 0);
        for (int stranger = 0; stranger < 40; stranger++) {
            silent.add(engine.stranger());
        }
        engine.answers("http://127.0.0.1:1/");
        assertEquals("{\"to\":3,\"is\":{}}", engine.ask("stop_scanning", ""));
        for (Socket each : silent) {
            each.close();
        }
    }

    @Test
    public void whatIsNoLineOfTheProtocolEndsTheConnectionAndAnotherEngineBegins() throws Exception {
        each("closing", exchange -> {
            engine.greet();
            engine.say(line(exchange));
            assertNull(engine.hear());
            engine.dies("broken");
        });
        FakeEngine.until(() -> engine.launched > 10);
    }

    @Test
    public void whatALaterVersionMaySayIsPassedOver() throws Exception {
        engine.greet();
        each("passed_over", exchange -> {
            engine.say(line(exchange).replace("\"id\":2", "\"id\":" + ++last));
            if (exchange.has("answer")) {
                assertEquals(
                        exchange.getJSONObject("answer").put("to", last).toString(),
                        new JSONObject(engine.hear()).toString());
            }
        });
        assertTrue(last > 1);
    }

    private int last = 1;

    @Test
    public void eachQuestionIsAnsweredAsTheTableSays() throws Exception {
        Set<String> asked = new HashSet<>(Set.of("hello", "notices", "screens", "ended"));
        each("answers", exchange -> {
            engine.greet();
            engine.say(line(exchange));
            FakeEngine.until(() -> {
                ShadowLooper.idleMainLooper(); // Android answers there
                return engine.hasSomething();
            });
            isAnswered(exchange);
            asked.add(exchange.getJSONObject("line").getString("ask"));
            engine.dies("next");
        });
        Set<String> declared = new HashSet<>();
        Wire.PROTOCOL.getJSONObject("engine").keys().forEachRemaining(declared::add);
        assertEquals(declared, asked);
    }

    @Test
    public void whatIsShownIsKnownByItsTime() throws Exception {
        JSONObject answer = new JSONObject(engine.greet().ask("notices", "")).getJSONObject("is");
        assertTrue(answer.getBoolean("allowed"));
        assertTrue(answer.getLong("since_ms") > 0);
    }

    /** A wire whose app never answers, and the engine's end of it. */
    private static Socket deaf(AtomicReference<Wire> made) throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Socket mine = new Socket("127.0.0.1", server.getLocalPort());
            Wire wire = new Wire(server.accept());
            made.set(wire);
            Thread serving = new Thread(() -> {
                try {
                    wire.serve(new Wire.App() {
                        @Override
                        public JSONObject asked(String name, JSONObject fields, Wire.Later later) {
                            return null;
                        }

                        @Override
                        public void told(String name, JSONObject fields) {}
                    });
                } catch (IOException ended) {
                    // with the test
                }
            });
            serving.setDaemon(true);
            serving.start();
            return mine;
        }
    }

    @Test
    public void anEngineThatHearsNothingMoreIsToldNoMoreThanTheLimit() throws Exception {
        AtomicReference<Wire> wire = new AtomicReference<>();
        try (Socket nobodyReads = deaf(wire)) {
            for (int heard = 0; heard < 40 * Wire.limit("waiting"); heard++) {
                wire.get().tell(new JSONObject().put("tell", "heard").put("record", "0303"));
            }
            assertTrue(wire.get().waiting() <= Wire.limit("waiting"));
        }
    }

    @Test
    public void afterTheLastQuestionThatMayWaitTheNextIsAnsweredNo() throws Exception {
        int most = Wire.limit("unanswered");
        try (Socket mine = deaf(new AtomicReference<>())) {
            StringBuilder questions = new StringBuilder();
            for (int id = 1; id <= most + 1; id++) {
                questions.append("{\"ask\":\"radio\",\"id\":" + id + "}\n");
            }
            mine.getOutputStream().write(questions.toString().getBytes("UTF-8"));
            String said = new BufferedReader(new InputStreamReader(mine.getInputStream())).readLine();
            assertEquals("{\"to\":" + (most + 1) + ",\"no\":\"busy\"}", said);
        }
    }

    @Test
    public void itEndsWithTheAppAndWaitsForNothing() throws Exception {
        engine.greet();
        Thread keeper = Engine.stop();
        assertNull(engine.hear()); // the engine sees it, closes its stores, and ends
        engine.dies();
        keeper.join();
        assertEquals("", Engine.address(""));
        assertEquals(1, engine.launched);
    }
}
