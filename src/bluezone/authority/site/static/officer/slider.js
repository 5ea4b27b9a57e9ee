// The slider says its day while it moves and shows it when it is let go. Without this script the button does.
const slider = document.getElementById("at");
if (slider) {
  const days = [...document.querySelectorAll("#at-days option")].map((option) => option.label);
  const text = document.getElementById("at-text");
  slider.addEventListener("input", () => {
    text.value = days[slider.value];
    slider.setAttribute("aria-valuetext", days[slider.value]);
  });
  slider.addEventListener("change", () => slider.form.requestSubmit());
}
