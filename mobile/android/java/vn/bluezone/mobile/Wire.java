package vn.bluezone.mobile;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.json.JSONTokener;

/** One connection on which an engine may speak, as bluezone_mobile/protocol.json declares: a line of JSON a message. */
final class Wire implements Closeable {
    /** What the engine's questions and events are for. */
    interface App {
        /** The answer; null: `later` is called with it, from any thread. What is thrown is answered no. */
        JSONObject asked(String name, JSONObject fields, Later later) throws Exception;

        void told(String name, JSONObject fields);
    }

    interface Later {
        void is(JSONObject answer);
    }

    /** A line was none of the protocol, or its sender is no engine of this app. */
    static final class Broken extends IOException {
        Broken(String why) {
            super(why);
        }
    }

    static final JSONObject PROTOCOL = protocol();
    private static final int VERSION = PROTOCOL.optInt("version");
    private static final byte[] END = new byte[0];

    private final Socket socket;
    private final InputStream in;
    private final BlockingQueue<byte[]> out = new LinkedBlockingQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private long last;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        new Thread(this::write, "bluezone-wire-out").start();
    }

    static int limit(String name) {
        return PROTOCOL.optJSONObject("limits").optInt(name);
    }

    // --- from the engine ------------------------------------------------------------------------------

    /** Reads the first line: who holds the token's first half is told the other. */
    void welcome(String token) throws IOException {
        socket.setSoTimeout(1_000 * limit("hello_s"));
        try {
            JSONObject hello = message(line());
            String half = token.substring(0, token.length() / 2);
            if (!hello.optString("ask").equals("hello") || !isSame(half, hello.optString("token"))) {
                throw new Broken("not the engine of this app");
            }
            last = hello.optLong("id");
            if (hello.optInt("version") != VERSION) {
                no(last, "version " + hello.optInt("version") + "; this app speaks " + VERSION);
                throw new Broken("an engine of another version");
            }
            is(last, put(new JSONObject(), "token", token.substring(half.length())));
        } catch (SocketTimeoutException silent) {
            throw new Broken("nothing was said");
        }
        socket.setSoTimeout(0);
    }

    /** Reads until the engine has ended, or is broken. */
    void serve(App app) throws IOException {
        while (true) {
            JSONObject message = message(line());
            if (message.has("ask")) {
                ask(message.optString("ask"), message, app);
            } else if (declared(message.optString("tell")) != null) {
                app.told(message.optString("tell"), message);
            }
        }
    }

    private void ask(String name, JSONObject fields, App app) throws Broken {
        long id = fields.optLong("id");
        if (id <= last) {
            throw new Broken("an old number");
        }
        last = id;
        if (declared(name) == null || name.equals("hello")) {
            no(id, "unknown");
        } else if (unanswered.get() >= limit("unanswered")) {
            no(id, "busy");
        } else {
            unanswered.incrementAndGet();
            Later later = answer -> {
                unanswered.decrementAndGet();
                is(id, answer);
            };
            try {
                JSONObject answer = app.asked(name, fields, later);
                if (answer != null) {
                    later.is(answer);
                }
            } catch (Exception refused) { // Android's: a missing permission, a dead Bluetooth process
                unanswered.decrementAndGet();
                no(id, refused instanceof UnsupportedOperationException
                        ? "unknown"
                        : refused.getClass().getSimpleName() + ": " + refused.getMessage());
            }
        }
    }

    private byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int most = limit("line_bytes");
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection has ended");
            }
            if (line.size() == most) {
                throw new Broken("longer than a line may be");
            }
            line.write(next);
        }
        return line.toByteArray();
    }

    private static JSONObject message(byte[] line) throws Broken {
        JSONObject message;
        try {
            JSONTokener text = new JSONTokener(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
            message = (JSONObject) text.nextValue();
            if (text.nextClean() != 0) {
                throw new Broken("more than one message");
            }
        } catch (CharacterCodingException | JSONException | ClassCastException | StackOverflowError none) {
            throw new Broken("not JSON");
        }
        boolean asks = message.has("ask");
        boolean tells = message.has("tell");
        if ((asks ? 1 : 0) + (tells ? 1 : 0) + (message.has("to") ? 1 : 0) != 1) {
            throw new Broken("neither a question nor an answer nor an event");
        }
        if (!asks && !tells) {
            if (!is("number", message.opt("to")) || message.has("is") == message.has("no")) {
                throw new Broken("an answer to nothing, or none");
            }
            return message;
        }
        Object name = message.opt(asks ? "ask" : "tell");
        if (!(name instanceof String) || (asks && !is("number", message.opt("id")))) {
            throw new Broken("without a name or a number");
        }
        JSONObject declared = declared((String) name);
        if (declared != null && declared.has("answer") == asks) {
            JSONObject fields = declared.optJSONObject("fields");
            for (Iterator<String> names = fields.keys(); names.hasNext(); ) {
                String field = names.next();
                if (!is(fields.optString(field), message.opt(field))) {
                    throw new Broken(field + " is missing, or of another type");
                }
            }
        }
        return message;
    }

    private static boolean is(String type, Object value) {
        switch (type) {
            case "number":
                return value instanceof Integer || value instanceof Long;
            case "truth":
                return value instanceof Boolean;
            case "hexadecimal":
                return value instanceof String && ((String) value).matches("([0-9a-f]{2})*");
            case "texts":
                JSONArray all = value instanceof JSONArray ? (JSONArray) value : null;
                for (int at = 0; all != null && at < all.length(); at++) {
                    all = all.opt(at) instanceof String ? all : null;
                }
                return all != null;
            default:
                return value instanceof String;
        }
    }

    // --- to the engine --------------------------------------------------------------------------------

    /** An event; with so many lines waiting that the engine hears no more, it is dropped. */
    void tell(JSONObject event) {
        if (waiting() < limit("waiting")) {
            out.add(bytes(event));
        }
    }

    int waiting() {
        return out.size();
    }

    private void is(long id, JSONObject answer) {
        out.add(bytes(put(put(new JSONObject(), "to", id), "is", answer)));
    }

    private void no(long id, String why) {
        out.add(bytes(put(put(new JSONObject(), "to", id), "no", why)));
    }

    private void write() {
        try {
            for (byte[] line = out.take(); line != END; line = out.take()) {
                socket.getOutputStream().write(line);
            }
        } catch (IOException | InterruptedException gone) {
            // who reads finds out, too
        }
        try {
            socket.close();
        } catch (IOException closed) {
            // it is
        }
    }

    /** After what was to be said. */
    @Override
    public void close() {
        out.add(END);
        try {
            socket.shutdownInput();
        } catch (IOException closed) {
            // it is
        }
    }

    // --- JSON -----------------------------------------------------------------------------------------

    static JSONObject put(JSONObject object, String name, Object value) {
        try {
            return object.put(name, value);
        } catch (JSONException impossible) { // only numbers that are none
            throw new IllegalArgumentException(impossible);
        }
    }

    static String hexadecimal(byte[] bytes) {
        StringBuilder digits = new StringBuilder(2 * bytes.length);
        for (byte each : bytes) {
            digits.append(Character.forDigit(each >> 4 & 15, 16)).append(Character.forDigit(each & 15, 16));
        }
        return digits.toString();
    }

    private static byte[] bytes(JSONObject message) {
        return (message + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static JSONObject declared(String name) {
        return PROTOCOL.optJSONObject("engine").optJSONObject(name);
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static JSONObject protocol() {
        try (InputStream in = Wire.class.getResourceAsStream("/protocol.json")) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                text.write(next);
            }
            return new JSONObject(text.toString("UTF-8"));
        } catch (IOException | JSONException | NullPointerException broken) {
            throw new IllegalStateException("the app was put together without its protocol", broken);
        }
    }
}
