package vn.bluezone.mobile;

import android.content.Context;
import android.util.Log;
import com.chaquo.python.PyException;
import com.chaquo.python.PyObject;
import com.chaquo.python.Python;
import com.chaquo.python.android.AndroidPlatform;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts Python and, in it, the phone (bluezone_mobile/service.py), on a thread of its own: the first start unpacks
 * Python, which takes a slow telephone longer than Android lets the main thread be busy.
 */
final class Engine {
    private static final String LOG = "bluezone";
    private static final ExecutorService THREAD =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "bluezone-python"));
    private static volatile PyObject service;
    private static volatile String trouble = "";

    private Engine() {}

    /** Again: nothing happens. */
    static Future<?> start(Context context) {
        Context app = context.getApplicationContext();
        trouble = "";
        return THREAD.submit(() -> {
            try {
                if (!Python.isStarted()) {
                    Python.start(new AndroidPlatform(app));
                }
                PyObject module = Python.getInstance().getModule("bluezone_mobile.service");
                module.callAttr("start", app);
                service = module;
            } catch (RuntimeException | LinkageError broken) { // an app that was put together wrongly, a full disk
                Log.e(LOG, "Python did not start", broken);
                trouble = said(broken);
            }
        });
    }

    /** Ends the phone; Python stays, since it can be started only once in a process. */
    static Future<?> stop() {
        return THREAD.submit(() -> {
            PyObject running = service;
            service = null;
            trouble = "";
            try {
                if (running != null) {
                    running.callAttr("stop");
                }
            } catch (PyException failed) {
                Log.e(LOG, "the phone did not stop", failed);
            }
        });
    }

    /** Where a screen answers; empty while it does not yet. Throws IllegalStateException where it never will. */
    static String address(String screen) {
        PyObject running = service;
        if (!trouble.isEmpty()) {
            throw new IllegalStateException(trouble);
        }
        if (running == null) {
            return "";
        }
        try {
            return running.callAttr("address", 0.0, screen).toString();
        } catch (PyException ended) {
            throw new IllegalStateException(said(ended), ended);
        }
    }

    private static String said(Throwable broken) {
        String message = broken.getMessage();
        return message == null || message.isEmpty() ? broken.getClass().getSimpleName() : message;
    }
}
