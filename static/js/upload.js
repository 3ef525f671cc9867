/**
 * Uploads: several files, one after the other, each with its own progress, retry and reason.
 *
 * The server answers each POST with the HTML of the box named by data-upload-target (200), or with
 * 4xx and {"errors": {"file": ["…"]}} or plain text. One at a time, so that the last answer shown
 * is the newest state of the box.
 */
import { announce, csrfToken, swapInto, whenPresent } from "./dom.js";

function extension(name) {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot).toLowerCase();
}

function refusal(file, box) {
  const limit = Number(box.dataset.maxBytes || 0);
  if (limit && file.size > limit) return box.dataset.textLarge;
  const accepted = (box.dataset.accept || "").split(",").filter(Boolean);
  if (accepted.length && !accepted.includes(extension(file.name))) return box.dataset.textType;
  return "";
}

function reasonIn(request, box) {
  if (request.status === 413) return box.dataset.textLarge;
  try {
    const answer = JSON.parse(request.responseText);
    const messages = Object.values(answer.errors ?? {}).flat();
    return messages.join(" ") || answer.detail || box.dataset.textFailed;
  } catch {
    const text = request.responseText.trim();
    return text && !text.startsWith("<") && text.length < 400 ? text : box.dataset.textFailed;
  }
}

class Item {
  constructor(file, box) {
    this.file = file;
    this.box = box;
    this.element = document.createElement("li");
    this.element.className = "upload-item";
    this.name = document.createElement("span");
    this.name.textContent = file.name;
    this.state = document.createElement("span");
    this.state.className = "upload-item-state";
    this.state.textContent = box.dataset.textWaiting;
    this.bar = document.createElement("progress");
    this.bar.max = 100;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.element.append(this.name, this.state, this.bar);
  }

  send() {
    const data = new FormData(this.box);
    const input = this.box.querySelector("input[type=file]");
    data.delete(input.name);
    data.append(input.name, this.file, this.file.name);
    const request = new XMLHttpRequest();
    return new Promise((resolve) => {
      request.upload.addEventListener("progress", (event) => this.show(event));
      request.addEventListener("load", () => resolve(this.finish(request)));
      request.addEventListener("error", () => resolve(this.fail(this.box.dataset.textNetwork, true)));
      request.open("POST", this.box.dataset.uploadUrl);
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("HX-Request", "true");
      request.send(data);
    });
  }

  show(event) {
    if (!event.lengthComputable) return;
    const share = Math.round((event.loaded / event.total) * 100);
    this.bar.value = share;
    this.state.textContent = `${share}%`;
  }

  finish(request) {
    if (request.status >= 400) return this.fail(reasonIn(request, this.box), request.status >= 500);
    this.element.remove();
    announce(`${this.file.name} ${this.box.dataset.textDone}`);
    const target = this.box.dataset.uploadTarget && document.querySelector(this.box.dataset.uploadTarget);
    if (target) swapInto(target, request.responseText);
    return true;
  }

  fail(reason, again) {
    this.element.classList.add("failed");
    this.bar.remove();
    this.state.textContent = reason;
    const row = document.createElement("div");
    row.className = "button-row";
    if (again) row.append(this.button(this.box.dataset.textRetry, () => this.retry()));
    row.append(this.button(this.box.dataset.textRemove, () => this.element.remove()));
    this.element.append(row);
    return false;
  }

  button(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline btn-sm";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  retry() {
    const fresh = new Item(this.file, this.box);
    this.element.replaceWith(fresh.element);
    fresh.send();
  }
}

async function take(files, box, queue) {
  const items = [...files].map((file) => new Item(file, box));
  queue.append(...items.map((item) => item.element));
  for (const item of items) {
    const reason = refusal(item.file, box);
    if (reason) item.fail(reason, false);
    else await item.send();
  }
}

whenPresent("form[data-upload]", (box) => {
  const input = box.querySelector("input[type=file]");
  const queue = box.querySelector("[data-upload-queue]");
  let last = Promise.resolve();
  const enqueue = (files) => {
    const chosen = [...files];
    last = last.then(() => take(chosen, box, queue));
  };
  box.querySelector("[data-upload-submit]").hidden = true;
  box.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("change", () => {
    enqueue(input.files);
    input.value = "";
  });
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("upload-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("upload-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("upload-over");
    enqueue(event.dataTransfer.files);
  });
});
