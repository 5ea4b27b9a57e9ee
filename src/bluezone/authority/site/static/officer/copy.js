// Buttons that copy a text. Without script or permission they stay unseen: the text can be marked by hand.
"use strict";

if (navigator.clipboard) {
  const said = document.getElementById("copied");
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.classList.add("ready"); // their place is kept, so nothing jumps
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(field.value);
        said.textContent = `${said.dataset.text} ${field.labels[0].textContent}`;
        button.dataset.done = "yes";
      } catch {
        field.select();
      }
    });
  });
}
