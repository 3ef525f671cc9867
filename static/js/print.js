/** Print buttons are hidden until there is a script that can print. */
import { whenPresent } from "./dom.js";

whenPresent("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
