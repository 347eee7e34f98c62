#include "model/model.h"

namespace byeol::model {

Result<std::shared_ptr<const Model>> Model::load(const std::string& path, ThreadPool& pool) {
  const auto load = [&]() -> Result<std::shared_ptr<const Model>> {
    BYEOL_TRY(formats::Gguf file, formats::Gguf::open(path));
    std::shared_ptr<Model> model(new Model(std::move(file)));
    BYEOL_TRY(const std::string_view architecture,
              model->file_.read_string("general.architecture"));
    BYEOL_TRY(const LoadGraph load_graph, find_architecture(architecture));
    BYEOL_TRY(model->config_, read_config(model->file_));
    BYEOL_TRY(model->tokenizer_, Tokenizer::from_gguf(model->file_));
    if (model->tokenizer_->size() > model->config_.vocabulary)
      return Error{ErrorCode::kCorrupt,
                   "the tokenizer has " + std::to_string(model->tokenizer_->size()) +
                       " tokens, the embedding only " + std::to_string(model->config_.vocabulary)};
    BYEOL_TRY(model->chat_template_, model->file_.read_string_or("tokenizer.chat_template", ""));
    WeightLoader loader(model->file_, pool);
    BYEOL_TRY(model->graph_, load_graph(model->file_, model->config_, loader));
    BYEOL_TRY_OK(loader.finish());
    model->k_max_ = loader.k_max();
    return std::shared_ptr<const Model>(std::move(model));
  };
  Result<std::shared_ptr<const Model>> model = load();
  if (!model) return std::move(model.error()).within("load " + path);
  return model;
}

}  // namespace byeol::model
