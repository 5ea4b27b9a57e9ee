// Says which file was chosen. Without this script the button works, and the words "no file chosen" go away.
"use strict";

for (const input of document.querySelectorAll(".file input[type=file]")) {
  const tell = () => {
    const names = [...input.files].map((file) => file.name).join(", ");
    const box = input.closest(".file");
    box.querySelector(".none").hidden = names !== "";
    box.querySelector(".chosen").textContent = names;
  };
  input.addEventListener("change", tell);
  if (input.files.length) tell();
}
