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

    // --- before the screens are there -----------------------------------------------------------------

    static String starting(Context context) {
        return in(context, "Bluezone đang khởi động…", "Bluezone is starting…");
    }

    static String ended(Context context) {
        return in(
                context,
                "Bluezone không khởi động được. Dữ liệu trên máy vẫn còn nguyên. Hãy cập nhật ứng dụng rồi mở lại.",
                "Bluezone could not start. What it keeps on this phone is untouched. Update the app and open it again.");
    }

    static String goOn(Context context) {
        return in(context, "Tiếp tục", "Continue");
    }

    static String notNow(Context context) {
        return in(context, "Để sau", "Not now");
    }

    static String settings(Context context) {
        return in(context, "Mở cài đặt", "Open settings");
    }

    static String reason(Context context, Question question) {
        switch (question) {
            case NEARBY:
                return in(
                        context,
                        "Để điện thoại này và các điện thoại ở gần nhận ra nhau. Bluezone không dùng quyền này để biết"
                                + " bạn ở đâu.",
                        "So that this phone and phones nearby notice each other. Bluezone does not learn from it where"
                                + " you are.");
            case LOCATION:
                return in(
                        context,
                        "Android phiên bản này chỉ cho quét Bluetooth khi có quyền vị trí. Bluezone không đọc và không"
                                + " lưu vị trí của bạn.",
                        "This version of Android lets apps scan for Bluetooth only with the permission for location."
                                + " Bluezone neither reads nor stores where you are.");
            default:
                return in(
                        context,
                        "Để vẫn nghe được khi ứng dụng đóng: hãy chọn “Luôn cho phép”. Bluezone không đọc vị trí của"
                                + " bạn.",
                        "To go on listening while the app is closed: choose “Allow all the time”. Bluezone does not"
                                + " read where you are.");
        }
    }

    /** After a second no Android asks no more: only its settings can change it. */
    static String refused(Context context, Question question) {
        String vietnamese = question == Question.NEARBY ? "Thiết bị ở gần" : "Vị trí";
        String english = question == Question.NEARBY ? "Nearby devices" : "Location";
        return in(
                context,
                "Chưa có quyền “" + vietnamese + "”, Bluezone chưa nhận ra được các điện thoại ở gần. Có thể cho phép"
                        + " trong cài đặt, mục Quyền. Những phần khác vẫn dùng được.",
                "Without the permission “" + english + "” Bluezone does not notice phones nearby. You can allow it in"
                        + " the settings, under Permissions. Everything else works.");
    }

    // --- the camera, when the scanner wants it --------------------------------------------------------

    static String cameraReason(Context context) {
        return in(
                context,
                "Để đọc mã QR: của cơ quan y tế, của địa điểm, trên áp phích. Hình chỉ được xem trên máy này và không"
                        + " được giữ lại.",
                "To read QR codes: of the health authority, of places, on posters. The picture is looked at on this"
                        + " phone and not kept.");
    }

    static String cameraRefused(Context context) {
        return in(
                context,
                "Chưa có quyền “Máy ảnh”. Bạn vẫn gõ được mã, hoặc chọn một bức ảnh. Có thể cho phép trong cài đặt,"
                        + " mục Quyền.",
                "Without the permission “Camera” you can still type the code, or choose a picture. You can allow it in"
                        + " the settings, under Permissions.");
    }

    private static String in(Context context, String vietnamese, String english) {
        String language = context.getResources().getConfiguration().getLocales().get(0).getLanguage();
        return language.equals("en") ? english : vietnamese;
    }
}
