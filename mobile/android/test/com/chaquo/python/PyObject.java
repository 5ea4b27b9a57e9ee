package com.chaquo.python;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Python module that notes what is called in it, from any thread; it has an answer, and may raise. */
public class PyObject {
    public final List<String> called = new CopyOnWriteArrayList<>();
    public volatile Runnable onCall = () -> {};
    public volatile RuntimeException raises;
    public volatile String answer = "";

    public PyObject callAttr(String name, Object... arguments) {
        onCall.run();
        called.add(name);
        if (raises != null) {
            throw raises;
        }
        return this;
    }

    @Override
    public String toString() {
        return answer;
    }
}
