package com.chaquo.python.android;

import android.content.Context;
import com.chaquo.python.Python;

public class AndroidPlatform extends Python.Platform {
    public AndroidPlatform(Context context) {}
}
