/** The window's check form: one button marks what is not judged yet as complete. */
import { announce, whenPresent } from "./dom.js";

whenPresent("[data-all-complete]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = button.closest("form");
    for (const material of form.querySelectorAll("fieldset.desk-material")) {
      if (material.querySelector("input[type=radio]:checked")) continue;
      const complete = material.querySelector("input[type=radio][value=complete]");
      if (complete) complete.checked = true;
    }
    announce(button.textContent.trim());
    form.querySelector("[name=act][value=hand_over]").focus();
  });
});
