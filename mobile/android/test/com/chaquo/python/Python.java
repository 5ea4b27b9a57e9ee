package com.chaquo.python;

/** Python, as far as the app starts it. */
public class Python {
    public abstract static class Platform {}

    public static volatile PyObject module = new PyObject();
    public static volatile Runnable onStart = () -> {};
    private static volatile boolean started;

    /** As on a telephone whose app was just started. */
    public static void reset() {
        module = new PyObject();
        onStart = () -> {};
        started = false;
    }

    public static boolean isStarted() {
        return started;
    }

    public static void start(Platform platform) {
        onStart.run();
        started = true;
    }

    public static Python getInstance() {
        return new Python();
    }

    public PyObject getModule(String name) {
        module.called.add("import " + name);
        return module;
    }
}
