// Reads a QR code by the camera or from a picture, in this page (`camera.js`). What was read goes into the form; the page
// that follows says what it means.
"use strict";
const form = document.getElementById("scan");
const say = document.getElementById("say");
const video = document.getElementById("video");
const button = document.getElementById("camera");

function finish(text) {
  form.elements.text.value = text;
  form.submit();
}

async function openCamera() {
  button.hidden = true;
  document.getElementById("viewer").hidden = false;
  say.textContent = say.dataset.looking;
  try {
    const text = await camera.scan(video);
    if (text) finish(text);
  } catch {
    button.hidden = false;
    document.getElementById("viewer").hidden = true;
    say.textContent = say.dataset.refused;
  }
}

async function openPicture(event) {
  const file = event.target.files[0];
  if (!file) return;
  const text = await camera.inFile(file);
  event.target.value = "";
  if (text) finish(text);
  else say.textContent = say.dataset.nothing;
}

document.getElementById("cannot").hidden = true;
document.getElementById("choose").hidden = false;
document.getElementById("picture").addEventListener("change", openPicture);
button.addEventListener("click", openCamera);
camera.canRead().then((can) => { button.hidden = !can; });
addEventListener("pagehide", () => camera.close(video));
