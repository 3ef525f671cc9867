/** Entry: every module finds its own elements by data attributes and does nothing without them. */
import "./menus.js";
import "./errors.js";
import "./dialogs.js";
import "./print.js";
import "./upload.js";
import "./autosave.js";
import "./session.js";
import "./phrases.js";
import "./copy.js";
import "./signature.js";
import "./shortcuts.js";
import "./filters.js";
import "./submit.js";
import "./viewer.js";
