// Reads QR codes by the camera or from a picture where the browser can (BarcodeDetector); elsewhere a code is typed, pasted
// or comes from a hand scanner, which types, too.
"use strict";

const camera = (() => {
  const EVERY_MS = 150;
  let stream = null;

  const detector = (async () => {
    if (!("BarcodeDetector" in window)) return null;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  })();

  async function textIn(image) {
    const found = await (await detector).detect(image).catch(() => []);
    return found.length ? found[0].rawValue : "";
  }

  function close(video) {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    video.hidden = true;
  }

  /** Show the camera's picture in `video` until a code is read; give the text, or nothing when it was closed. */
  async function scan(video) {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    while (stream) {
      const text = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await textIn(video) : "";
      if (text && stream) {
        close(video);
        return text;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    return "";
  }

  /** Read the code in a picture, or the text of a text file. */
  async function inFile(file) {
    if (file.type.startsWith("text/")) return (await file.slice(0, 4096).text()).trim();
    if (!await detector) return "";
    return createImageBitmap(file).then(textIn, () => "");
  }

  return { scan, close, inFile, canRead: async () => Boolean(await detector) && Boolean(navigator.mediaDevices) };
})();
