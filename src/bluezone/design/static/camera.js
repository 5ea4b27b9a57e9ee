// Reads QR codes by the camera or from a picture, with the reader of the package qr (`vendor/qr.js`), which is fetched only
// when the first picture is there. A code can be typed and pasted, too, or comes from a hand scanner, which types.
"use strict";

const camera = (() => {
  const EVERY_MS = 150;
  /** Longest sides, in pixels, at which pictures are read: of the camera; of a file, where a code may be small. */
  const FRAME = [960], FILE = [1000, 2000];
  const READER = document.currentScript.dataset.reader;
  let stream = null, loading = null;

  /** Load the reader, once; again after a failure. */
  function loaded() {
    loading ??= new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src: READER, onload: done, onerror: failed });
      document.head.append(script);
    }).catch((error) => { loading = null; throw error; });
    return loading;
  }

  /** Return the pixels of a picture, its longer side `longest` at most. */
  function pixelsOf(image, width, height, longest) {
    const scale = Math.min(1, longest / Math.max(width, height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
    const drawn = canvas.getContext("2d", { willReadFrequently: true });
    drawn.drawImage(image, 0, 0, canvas.width, canvas.height);
    return drawn.getImageData(0, 0, canvas.width, canvas.height);
  }

  async function textIn(image, width, height, sides) {
    await loaded();
    for (const [at, longest] of sides.entries()) {
      if (at > 0 && Math.max(width, height) <= sides[at - 1]) break;
      try {
        const text = qr.decodeQR(pixelsOf(image, width, height, longest));
        if (text) return text;
      } catch { /* no code at this size */ }
    }
    return "";
  }

  function close(video) {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    video.hidden = true;
  }

  /** Show the camera's picture in `video` until a code is read; give the text, or nothing when it was closed. */
  async function scan(video) {
    video.hidden = false; // at once: what stands below moves while the person still looks at the button
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch (error) {
      close(video);
      throw error;
    }
    video.srcObject = stream;
    await video.play();
    while (stream) {
      const seen = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
      const text = seen ? await textIn(video, video.videoWidth, video.videoHeight, FRAME) : "";
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
    try {
      const image = await createImageBitmap(file);
      return await textIn(image, image.width, image.height, FILE);
    } catch { return ""; } // no picture: as one without a code
  }

  return { scan, close, inFile, canRead: async () => Boolean(navigator.mediaDevices?.getUserMedia) };
})();
