package vn.bluezone.mobile;

import android.content.Context;

/**
 * What Android shows before Python runs, or without it, in the language of the telephone. Nothing here says that anybody
 * was warned, nor of what: a locked screen shows it.
 */
final class Words {
    private Words() {}

    static String runningTitle(Context context) {
        return in(context, "Bluezone đang chạy", "Bluezone is running");
    }

    static String runningText(Context context) {
        return in(context, "Máy nhận ra các máy khác ở gần. Chạm để mở.", "It notices phones nearby. Tap to open.");
    }

    static String running(Context context) {
        return in(context, "Đang chạy", "Running");
    }

    static String urgent(Context context) {
        return in(context, "Điều quan trọng cho bạn", "What matters to you");
    }

    static String news(Context context) {
        return in(context, "Tin từ cơ quan y tế", "News of the health authority");
    }

    static String locked(Context context) {
        return in(context, "Bluezone có điều muốn báo cho bạn", "Bluezone has something to tell you");
    }

    private static String in(Context context, String vietnamese, String english) {
        String language = context.getResources().getConfiguration().getLocales().get(0).getLanguage();
        return language.equals("en") ? english : vietnamese;
    }
}
