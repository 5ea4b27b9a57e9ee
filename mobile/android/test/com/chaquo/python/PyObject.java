package com.chaquo.python;

import java.util.ArrayList;
import java.util.List;

/** A Python module that notes what is called in it. */
public class PyObject {
    public final List<String> called = new ArrayList<>();
    public Runnable onCall = () -> {};

    public PyObject callAttr(String name, Object... arguments) {
        onCall.run();
        called.add(name);
        return this;
    }
}
