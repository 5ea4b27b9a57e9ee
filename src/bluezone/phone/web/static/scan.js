// Reads a QR code by the camera or from a picture: by the browser where it can, else by the program behind the screens,
// on this device. What was read goes into the form; the page that follows says what it means.
"use strict";
const form = document.getElementById("scan");
const say = document.getElementById("say");
const video = document.getElementById("video");
const camera = document.getElementById("camera");
const WIDEST = 800;
const EVERY_MS = 300;

const own = find_detector();
const byServer = form.dataset.decoder === "server";
let stream = null;

async function find_detector() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

async function read(image, width, height) {
  const detector = await own;
  if (detector) {
    const found = await detector.detect(image);
    return found.length ? found[0].rawValue : "";
  }
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(16, Math.round(width * scale));
  canvas.height = Math.max(16, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const colours = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const grey = new Uint8Array(canvas.width * canvas.height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * colours[4 * i] + 0.587 * colours[4 * i + 1] + 0.114 * colours[4 * i + 2];
  }
  const answer = await fetch(`/scan/picture?width=${canvas.width}`, { method: "POST", body: grey });
  return answer.ok ? (await answer.json()).text : "";
}

function finish(text) {
  stop();
  form.elements.text.value = text;
  form.submit();
}

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
}

async function look() {
  while (stream) {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const text = await read(video, video.videoWidth, video.videoHeight).catch(() => "");
      if (text && stream) { finish(text); return; }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function open_camera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    say.textContent = say.dataset.refused;
    return;
  }
  camera.hidden = true;
  document.getElementById("viewer").hidden = false;
  say.textContent = say.dataset.looking;
  video.srcObject = stream;
  await video.play();
  look();
}

async function open_picture(event) {
  const file = event.target.files[0];
  if (!file) return;
  let text = "";
  try {
    const image = await createImageBitmap(file);
    text = await read(image, image.width, image.height);
  } catch { /* no picture: as one without a code */ }
  event.target.value = "";
  if (text) finish(text);
  else say.textContent = say.dataset.nothing;
}

own.catch(() => null).then((detector) => {
  if (!detector && !byServer) return;
  document.getElementById("cannot").hidden = true;
  document.getElementById("choose").hidden = false;
  document.getElementById("picture").addEventListener("change", open_picture);
  if (navigator.mediaDevices?.getUserMedia) {
    camera.hidden = false;
    camera.addEventListener("click", open_camera);
  }
});
addEventListener("pagehide", stop);
