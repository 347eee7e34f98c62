// Which models the server has, and which one is asked.
import { ApiError, listModels } from "./api.js";
import { byId, element } from "./dom.js";
import { t } from "./i18n.js";

export class Models {
  all = [];

  get selected() {
    return this.all.find(({ id }) => id === byId("model").value) ?? null;
  }

  get name() {
    return byId("model").value;
  }

  get contextTokens() {
    return this.selected?.max_model_len ?? null;
  }

  async load() {
    const before = this.name;
    try {
      this.all = await listModels();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      this.all = [];  // The first message will say why.
    }
    const options = this.all.map(({ id }) => element("option", { value: id }, id));
    if (options.length === 0) {
      const none = element("option", { value: "", "data-i18n": "model.none" }, t("model.none"));
      options.push(none);
    }
    byId("model").replaceChildren(...options);
    byId("model").disabled = options.length < 2;
    if (this.all.some(({ id }) => id === before)) byId("model").value = before;
    this.show();
  }

  show() {
    byId("base-model").hidden = this.selected?.byeol?.chat_template !== false;
    if (this.contextTokens) byId("max_completion_tokens").max = this.contextTokens;
  }
}
