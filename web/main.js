// Puts the page together.
import { Announcer } from "./announce.js";
import { Chat } from "./chat.js";
import { copyText } from "./clipboard.js";
import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { currentLanguage, setLanguage, translate } from "./i18n.js";
import { Live } from "./live.js";
import { TokenPanel } from "./logprobs.js";
import { Models } from "./models.js";
import { Panels } from "./panels.js";
import { SchedulerView } from "./scheduler_view.js";
import { Settings } from "./settings.js";
import { setUpTheme } from "./theme.js";

translate(document);
setUpTheme();

const models = new Models();
const settings = new Settings();
const schedulerView = new SchedulerView(() => chat.turnId);
const live = new Live(schedulerView);
const panels = new Panels(["settings", "scheduler"], (name, open) => {
  if (name === "scheduler") live.set(open);
});
const chat = new Chat(settings, new Announcer(byId("announcer")), () => models.name);
const composer = new Composer(chat, settings, () => {
  panels.open("settings");
  byId("deadline-presets").querySelector("button").focus();
});
const tokenPanel = new TokenPanel(byId("token-panel"));

chat.addEventListener("end", ({ detail }) => composer.showContext(detail, models.contextTokens));
// A server that was not there when the page was loaded may be there now.
chat.addEventListener("end", () => {
  if (models.all.length === 0) models.load();
});
settings.addEventListener("key", () => {
  models.load();
  live.restart();
});
byId("model").addEventListener("change", () => models.show());
byId("new").addEventListener("click", () => {
  chat.clear();
  byId("context").hidden = true;
  byId("message").focus();
});
byId("language").addEventListener("click", () =>
  setLanguage(currentLanguage() === "ko" ? "en" : "ko"));

document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy-code");
  if (button) copyText(button.dataset.copy, { currentTarget: button });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (tokenPanel.isOpen) tokenPanel.hide();
  else if (!panels.closeOver()) chat.stop();
});

await models.load();
