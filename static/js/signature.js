/** Signature: drawn with pointer events on a canvas, sent as a PNG data URL in the hidden field. */
import { whenPresent } from "./dom.js";

whenPresent("[data-signature]", (box) => {
  const field = document.getElementById(box.dataset.signature);
  const pad = box.querySelector("[data-signature-pad]");
  const canvas = pad.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let drawing = false;

  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [
      ((event.clientX - frame.left) * canvas.width) / frame.width,
      ((event.clientY - frame.top) * canvas.height) / frame.height,
    ];
  };

  const stop = () => {
    if (!drawing) return;
    drawing = false;
    field.value = canvas.toDataURL("image/png");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.lineWidth = 3;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#111";
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
  box.querySelector("[data-signature-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  });

  pad.hidden = false;
  const fallback = box.querySelector("[data-signature-fallback]");
  if (fallback) fallback.open = false;
});
