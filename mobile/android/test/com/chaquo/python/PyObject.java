package com.chaquo.python;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Python module that notes what is called in it, from any thread; it has an answer, to which an address adds the
 *  screen that was asked for, and may raise. */
public class PyObject {
    public final List<String> called = new CopyOnWriteArrayList<>();
    /** What it was last called with. */
    public volatile Object[] arguments = {};
    public volatile Runnable onCall = () -> {};
    public volatile RuntimeException raises;
    public volatile String answer = "";

    public PyObject callAttr(String name, Object... arguments) {
        this.arguments = arguments;
        onCall.run();
        called.add(name);
        if (raises != null) {
            throw raises;
        }
        if (name.equals("address") && !answer.isEmpty() && !String.valueOf(arguments[1]).isEmpty()) {
            PyObject address = new PyObject();
            address.answer = answer + "&to=" + arguments[1];
            return address;
        }
        return this;
    }

    @Override
    public String toString() {
        return answer;
    }
}
