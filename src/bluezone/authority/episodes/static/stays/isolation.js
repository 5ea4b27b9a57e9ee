// Puts the code of the link, which stands behind "#" and is never sent by a browser, into the form, and out of the
// address, and hands it on where the language is changed. Without this script the code is typed in.
"use strict";

(() => {
  const field = document.getElementById("code");
  if (!field) return;
  const plain = (text) => text.replace(/[^A-Za-z0-9]/g, "").slice(0, 32);
  for (const link of document.querySelectorAll("a[hreflang]")) {
    // browsers keep what stands behind "#" when they are sent on
    link.addEventListener("click", () => { link.hash = plain(field.value); });
  }
  const code = plain(location.hash.slice(1));
  if (!code) return;
  field.value = code.match(/.{1,4}/g).join(" ");
  field.closest(".code-field").classList.add("from-link");
  history.replaceState(null, "", location.pathname);
})();
