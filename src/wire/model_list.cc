#include "wire/model_list.h"

namespace byeol::wire {

Json to_json(const ModelCard& card) {
  return {{"id", card.id},
          {"object", "model"},
          {"created", card.created},
          {"owned_by", card.owned_by},
          {"root", card.id},
          {"parent", nullptr},
          {"max_model_len", card.max_model_len},
          {"byeol",
           {{"parameters", card.parameters},
            {"size_bytes", card.size_bytes},
            {"chat_template", card.chat_template},
            {"tools", card.tools},
            {"thinking", card.thinking}}}};
}

Json model_list(std::span<const ModelCard> cards) {
  Json data = Json::array();
  for (const ModelCard& card : cards) data.push_back(to_json(card));
  return {{"object", "list"}, {"data", std::move(data)}};
}

}  // namespace byeol::wire
